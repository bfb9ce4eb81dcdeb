#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/record/arena_layout.h"

namespace pyharness {

/// Finds the ordinal of a source line among a function's lines: one load where the lines lie close together.
class LineIndex {
 public:
  LineIndex() = default;
  /// `lines` ascending, without repeats.
  explicit LineIndex(std::vector<std::uint32_t> lines) : lines_(std::move(lines)) {
    if (lines_.empty()) return;
    const std::uint64_t span = std::uint64_t{lines_.back()} - lines_.front() + 1;
    // Generated code may carry any line numbers: a table over the whole span could be gigabytes.
    if (span > 8 * lines_.size() + 1024) return;
    ordinals_.assign(span, kNoIndex);
    for (std::uint32_t i = 0; i < lines_.size(); ++i) ordinals_[lines_[i] - lines_.front()] = i;
  }

  /// kNoIndex for a line that is not one of them.
  [[nodiscard]] std::uint32_t find(std::uint32_t line) const noexcept {
    if (!ordinals_.empty()) {
      const std::uint64_t at = std::uint64_t{line} - lines_.front();  // wraps far out of range below the first line
      return at < ordinals_.size() ? ordinals_[at] : kNoIndex;
    }
    const auto found = std::lower_bound(lines_.begin(), lines_.end(), line);
    return found != lines_.end() && *found == line ? static_cast<std::uint32_t>(found - lines_.begin()) : kNoIndex;
  }

  [[nodiscard]] std::span<const std::uint32_t> lines() const noexcept { return lines_; }

 private:
  std::vector<std::uint32_t> lines_;
  std::vector<std::uint32_t> ordinals_;  // by line - first line
};

}  // namespace pyharness

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

  /// What a lookup needs, to be kept where it is used; valid as long as the index.
  struct View {
    const std::uint32_t* ordinals = nullptr;  // null where the lines lie too far apart for a table
    std::uint32_t first = 0;
    std::uint32_t span = 0;
    const LineIndex* index = nullptr;

    /// kNoIndex for a line that is not one of them.
    [[nodiscard]] std::uint32_t find(std::uint32_t line) const noexcept {
      if (ordinals == nullptr) return index->search(line);
      const std::uint32_t at = line - first;  // wraps far out of range below the first line
      return at < span ? ordinals[at] : kNoIndex;
    }
  };

  [[nodiscard]] View view() const noexcept {
    if (ordinals_.empty()) return {nullptr, 0, 0, this};
    return {ordinals_.data(), lines_.front(), static_cast<std::uint32_t>(ordinals_.size()), this};
  }

  [[nodiscard]] std::uint32_t find(std::uint32_t line) const noexcept { return view().find(line); }

  [[nodiscard]] std::span<const std::uint32_t> lines() const noexcept { return lines_; }

 private:
  [[nodiscard]] std::uint32_t search(std::uint32_t line) const noexcept {
    const auto found = std::lower_bound(lines_.begin(), lines_.end(), line);
    return found != lines_.end() && *found == line ? static_cast<std::uint32_t>(found - lines_.begin()) : kNoIndex;
  }

  std::vector<std::uint32_t> lines_;
  std::vector<std::uint32_t> ordinals_;  // by line - first line
};

}  // namespace pyharness

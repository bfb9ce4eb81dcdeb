#pragma once

#include <map>
#include <string>

#include "harness/record/arena_writer.h"

namespace pyharness {

/// The names that a process's tables refer to, each stored once. The one of kind kText is shared by the process's
/// recorders; under the interpreter lock. A recorder that has no such lock has a table of its own.
class TextTable {
 public:
  explicit TextTable(const ArenaWriter& arena, TableKind kind = TableKind::kText) : arena_(arena), kind_(kind) {}

  /// Starts anew in `area`.
  void begin(ProcessArea& area) {
    known_.clear();
    text_ = {arena_, area, kind_};
  }

  /// An empty reference where there is no room in the arena. Throws std::bad_alloc.
  TextRef add(const std::string& text) {
    if (const auto known = known_.find(text); known != known_.end()) return known->second;
    TextRef ref{0, static_cast<std::uint32_t>(text.size())};
    char* room = text.empty() ? nullptr : text_.reserve(text.size(), ref.begin);
    if (room == nullptr) return {0, 0};
    text.copy(room, text.size());
    text_.publish();
    known_.emplace(text, ref);
    return ref;
  }

 private:
  ArenaWriter arena_;
  TableKind kind_;
  TableWriter<char> text_;
  std::map<std::string, TextRef> known_;
};

}  // namespace pyharness

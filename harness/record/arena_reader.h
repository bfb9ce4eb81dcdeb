#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/record/arena_layout.h"
#include "harness/record/arena_writer.h"

namespace pyharness {

/// The reading side, in the supervisor. Takes nothing on trust: what is out of range reads as absent.
class ArenaReader {
 public:
  explicit ArenaReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] const ArenaHeader* header() const { return inside<ArenaHeader>(0, 1); }
  /// Newest first; each once, at most `limit`.
  [[nodiscard]] std::vector<const ProcessArea*> processes(std::size_t limit = 1 << 20) const;

  /// `n` objects at `offset`, or null where they do not lie inside.
  template <class T>
  [[nodiscard]] const T* inside(Offset offset, std::uint64_t n) const {
    if (offset % alignof(T) != 0 || offset > bytes_.size() || n > (bytes_.size() - offset) / sizeof(T)) return nullptr;
    return reinterpret_cast<const T*>(bytes_.data() + offset);
  }

 private:
  std::span<const std::byte> bytes_;
};

/// Reads one table of a process area.
template <class T>
class TableReader {
 public:
  TableReader(const ArenaReader& arena, const ProcessArea& area, TableKind kind)
      : TableReader(arena, area.tables[static_cast<std::size_t>(kind)]) {}
  TableReader(const ArenaReader& arena, const Table& table) : arena_(&arena), table_(&table) {
    if (table_->entry_bytes != sizeof(T) || table_->first_capacity != kPageBytes / sizeof(T)) return;
    // A scribbled count must not make anybody allocate or walk for it: it ends with the last segment that is there.
    std::uint64_t end = 0;
    for (std::size_t k = 0; k < Table::kSegments; ++k) {
      const std::uint64_t capacity = std::uint64_t{table_->first_capacity} << k;
      const Offset segment = table_->segments[k].load(std::memory_order_relaxed);
      if (segment != 0 && arena.inside<T>(segment, capacity) != nullptr) end = (capacity << 1) - table_->first_capacity;
    }
    count_ = std::min({table_->count.load(std::memory_order_acquire), end, std::uint64_t{kNoIndex} - 1});
  }

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(count_); }
  /// Null where the entry is not there: beyond the count, in a segment never claimed, or outside the arena.
  [[nodiscard]] const T* at(std::uint64_t index) const { return run(index, 1); }
  /// `n` entries in a row, which a writer keeps in one segment.
  [[nodiscard]] const T* run(std::uint64_t index, std::uint64_t n) const {
    if (index >= count_ || n > count_ - index) return nullptr;
    const TablePlace place = place_in_table(index, table_->first_capacity);
    const std::uint64_t capacity = std::uint64_t{table_->first_capacity} << place.segment;
    if (place.segment >= Table::kSegments || place.within + n > capacity) return nullptr;
    const Offset segment = table_->segments[place.segment].load(std::memory_order_relaxed);
    const T* first = segment == 0 ? nullptr : arena_->inside<T>(segment, capacity);
    return first == nullptr ? nullptr : first + place.within;
  }

 private:
  const ArenaReader* arena_;
  const Table* table_;
  std::uint64_t count_ = 0;
};

/// The text of a reference, cut to 4 KiB, as long as a path may be; empty where it is not there. Many entries may name
/// the same text: what is read of them is bounded by this.
std::string read_text(const TableReader<char>& text, TextRef ref);

}  // namespace pyharness

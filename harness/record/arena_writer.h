#pragma once

#include <cstddef>
#include <span>

#include "harness/record/arena_layout.h"
#include "harness/record/host_plan.h"

namespace pyharness {

/// The writing side of the arena, in the host. Holds no descriptor: pages are made writable and present before use, so
/// a full memory or disk is a refusal that is counted, never a SIGBUS. Calls come from one thread at a time (the
/// interpreter lock), claim() from any.
class ArenaWriter {
 public:
  ArenaWriter() = default;
  /// Over a mapping of the whole arena, whose header is writable. Borrowed: it must outlive the writer.
  explicit ArenaWriter(std::span<std::byte> arena) : base_(arena.data()), size_(arena.size()) {}

  [[nodiscard]] ArenaHeader& header() const { return *reinterpret_cast<ArenaHeader*>(base_); }
  [[nodiscard]] std::byte* at(Offset offset) const { return base_ + offset; }
  [[nodiscard]] std::span<std::byte> bytes() const { return {base_, size_}; }
  /// What the supervisor asks of this host. Throws Failure.
  [[nodiscard]] HostPlan plan() const;
  [[nodiscard]] explicit operator bool() const { return base_ != nullptr; }

  /// Zeroed whole pages for `bytes`, or 0 where there is no room. Those that are `owner`'s (which may be null) go back
  /// when it has ended. Safe in any thread and after fork.
  Offset claim(std::size_t bytes, ProcessArea* owner = nullptr) const noexcept;
  /// Pages that nobody uses any more: their memory is freed, and others may claim them. The supervisor's.
  void give_back(const Extent& extent) const noexcept;
  /// A fresh area for this process, put on the list; null where there is no room.
  ProcessArea* begin_process(std::uint32_t pid, std::uint32_t parent_pid, ProcessStart start = ProcessStart::kHost,
                             bool elsewhere = false) const noexcept;

 private:
  /// Whether there are such pages. The header says how many, but the program may have written there.
  [[nodiscard]] bool has_room(Offset offset, std::size_t bytes) const noexcept;
  [[nodiscard]] bool make_accessible(Offset offset, std::size_t bytes) const noexcept;
  [[nodiscard]] Offset claim_fresh(std::size_t bytes) const noexcept;
  [[nodiscard]] Offset claim_used(std::size_t size_class) const noexcept;

  std::byte* base_ = nullptr;
  std::size_t size_ = 0;
};

/// Appends to one table of a process area.
template <class T>
class TableWriter {
 public:
  TableWriter() = default;
  TableWriter(const ArenaWriter& arena, ProcessArea& area, TableKind kind)
      : TableWriter(arena, area, area.tables[static_cast<std::size_t>(kind)]) {}
  /// Of a table that lies elsewhere; what it claims is `area`'s.
  TableWriter(const ArenaWriter& arena, ProcessArea& area, Table& table);

  /// Room for `n` zeroed entries in a row. Returns the first, its index in `index`; null where there is no room. The
  /// entries are seen by readers after publish().
  T* reserve(std::size_t n, std::uint32_t& index) noexcept;
  void publish() noexcept { table_->count.store(next_, std::memory_order_release); }
  /// An entry that was reserved.
  [[nodiscard]] T* at(std::uint32_t index) const noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept { return next_; }

 private:
  ArenaWriter arena_;
  ProcessArea* area_ = nullptr;
  Table* table_ = nullptr;
  std::uint64_t next_ = 0;
};

/// Where entry `index` of a table lies: segments double in size.
struct TablePlace {
  std::size_t segment;
  std::uint64_t within;
};
TablePlace place_in_table(std::uint64_t index, std::uint32_t first_capacity) noexcept;

}  // namespace pyharness

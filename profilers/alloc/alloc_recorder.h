#pragma once

// The hot half of the allocation profiler: books each block under the source line that allocated it, in the arena.
// Knows no Python; the hooks tell it what was handed out where, and what came back. How it counts: docs/alloc-mode.md.

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "harness/base/brief_lock.h"
#include "harness/record/arena_writer.h"
#include "harness/record/text_table.h"
#include "profilers/alloc/block_index.h"
#include "profilers/alloc/site_index.h"

namespace pyharness {

/// What is known of an instruction when it is first seen to allocate.
struct SiteFacts {
  std::string file;
  std::string name;  // qualified, of the function
  std::uint32_t line = 0;
  const void* code = nullptr;  // the block of the code object that the instruction lies in
  std::size_t code_bytes = 0;
  bool watched = true;
};

/// All calls may come from any thread, with or without the interpreter lock, and two at a time: the raw allocator needs
/// no lock, so the book has one of its own.
class AllocBook {
 public:
  using Instruction = SiteIndex::Instruction;

  /// What a freed block was booked as, for put_back().
  struct Taken {
    SiteEntry* site = nullptr;  // null where it was not booked
    std::size_t bytes = 0;
    bool newest = false;
  };

  explicit AllocBook(const ArenaWriter& arena) : arena_(arena), text_(arena, TableKind::kSiteText) {}
  AllocBook(const AllocBook&) = delete;
  AllocBook& operator=(const AllocBook&) = delete;

  /// Books into `area` from now on, all blocks under "interpreter start" until code_begins().
  void begin(ProcessArea& area) noexcept;
  /// The program's code begins: what lives now is what the interpreter's start left behind.
  void code_begins() noexcept;
  /// Nothing is booked any more, also no block that comes back: the figures stay as they are. Takes no lock.
  void stop() noexcept { booking_.store(false, std::memory_order_relaxed); }
  /// In a forked child: books into a fresh area, with nothing known of the blocks that it was born with.
  void begin_in_child(ProcessArea& area) noexcept;

  /// While paused, new blocks are not booked; what was booked and comes back is.
  void pause() noexcept;
  void resume() noexcept;
  /// All counts to zero; the blocks that live are no longer known.
  void drop_all() noexcept;

  /// Runs `action` with the book's lock: SiteFacts are asked for under it.
  template <class Action>
  void exclusively(Action&& action) {
    const BriefLock::Hold hold(lock_);
    action();
  }

  /// False where calls of the next three would do nothing.
  [[nodiscard]] bool booking() const noexcept { return booking_.load(std::memory_order_relaxed); }

  /// `block` was handed out at `instruction`, 0 outside of Python code. Of one that is not known, `describe()` gives
  /// the SiteFacts: called with the book's lock held, it must not allocate through the hooks. It may throw
  /// std::bad_alloc.
  template <class Describe>
  void allocated(const void* block, std::size_t bytes, Instruction instruction, Describe&& describe) noexcept {
    const BriefLock::Hold hold(lock_);
    if (phase_ != Phase::kBooking) [[unlikely]] {
      if (phase_ == Phase::kStarting) book(block, bytes, *fixed_[kStart]);
      return;
    }
    book(block, bytes, *site_of(instruction, describe));
  }

  /// `block` is about to be given back, or resized: before the allocator hands it to another thread.
  [[gnu::always_inline]] Taken freed(const void* block) noexcept {
    BlockIndex::Entry* entry = blocks_.find(block);
    if (entry == nullptr || *entry == 0) return {};
    const BriefLock::Hold hold(lock_);
    return *entry == 0 ? Taken() : take(*entry, block);
  }

  /// `block` lived on in a free list, and something new begins in it at `instruction`: from now on it is held there. No
  /// allocation: totals and counts stay. `describe` as for allocated().
  template <class Describe>
  void reused(const void* block, Instruction instruction, Describe&& describe) noexcept {
    BlockIndex::Entry* entry = blocks_.find(block);
    if (entry == nullptr || (*entry & kSite) == 0) return;
    const BriefLock::Hold hold(lock_);
    if (phase_ == Phase::kBooking && (*entry & kSite) != 0) move(*entry, block, *site_of(instruction, describe));
  }

  /// It stays after all: as if freed() had not been.
  void put_back(const void* block, const Taken& taken) noexcept;

 private:
  // An entry of the block index: the size, a mark on code objects, and the site as its distance from the arena's start.
  static constexpr unsigned kSizeShift = 32;
  static constexpr std::uint64_t kLongSize = 0xFFFFFFFF;  // the size is in the next entry, which is the block's own too
  static constexpr std::uint64_t kCode = 0x80000000;
  static constexpr std::uint64_t kSite = 0x7FFFFFFF;

  enum Fixed : std::size_t { kNoCode, kStart, kNotWatched, kNoRoom, kFixedSites };

  enum class Phase : std::uint8_t { kStarting, kBooking, kNotBooking };  // of new blocks

  template <class Describe>
  SiteEntry* site_of(Instruction instruction, Describe& describe) noexcept {
    SiteEntry* site = index_.find(instruction);
    return site != nullptr ? site : first_seen(instruction, describe);
  }

  // Out of the way of what is hot.
  template <class Describe>
  [[gnu::noinline, gnu::cold]] SiteEntry* first_seen(Instruction instruction, Describe& describe) noexcept {
    if (instruction == 0) return fixed_[kNoCode];
    try {
      return add_site(instruction, describe());
    } catch (const std::bad_alloc&) {
      return without_room();
    }
  }

  void begin_tables(ProcessArea& area) noexcept;
  void decide_phase() noexcept;
  void take_stale(BlockIndex::Entry& entry, const void* block) noexcept;
  SiteEntry* add_site(Instruction instruction, const SiteFacts& facts);
  SiteEntry* without_room() noexcept;
  bool mark_code(const SiteFacts& facts) noexcept;
  void count_loss(Loss loss) noexcept;
  void drop_code(const void* block, std::size_t bytes) noexcept;

  static const void* second_entry_of(const void* block) noexcept { return static_cast<const std::byte*>(block) + 16; }

  // Before a site changes: its figures at the last peak of the process are those it has had ever since.
  void settle(SiteEntry& site) const noexcept {
    if (site.settled_peak == heap_->peak_bytes) return;
    site.peak_bytes = site.live_bytes;
    site.peak_blocks = site.live_blocks;
    site.settled_peak = heap_->peak_bytes;
  }

  bool remember(const void* block, std::size_t bytes, const SiteEntry& site) noexcept {
    BlockIndex::Entry* entry = blocks_.at(block);
    if (entry == nullptr) [[unlikely]]
      return false;
    if (*entry != 0) [[unlikely]]
      take_stale(*entry, block);  // it was freed behind our back
    std::uint64_t size = bytes;
    if (bytes >= kLongSize) [[unlikely]] {
      BlockIndex::Entry* second = blocks_.at(second_entry_of(block));
      if (second == nullptr) return false;
      *second = bytes;
      size = kLongSize;
    }
    *entry = size << kSizeShift | number_of(site);
    return true;
  }

  [[nodiscard]] std::uint64_t number_of(const SiteEntry& site) const noexcept {
    return static_cast<std::uint64_t>(reinterpret_cast<const std::byte*>(&site) - arena_.at(0)) / sizeof(SiteEntry);
  }
  [[nodiscard]] SiteEntry& site_numbered(std::uint64_t number) const noexcept {
    return *reinterpret_cast<SiteEntry*>(arena_.at(number * sizeof(SiteEntry)));
  }

  void add_live(SiteEntry& site, std::size_t bytes) noexcept {
    settle(site);
    site.live_bytes += bytes;
    ++site.live_blocks;
    heap_->live_bytes += bytes;
    if (heap_->live_bytes > heap_->peak_bytes) heap_->peak_bytes = heap_->live_bytes;
  }

  void book(const void* block, std::size_t bytes, SiteEntry& site) noexcept {
    if (!remember(block, bytes, site)) [[unlikely]]
      return count_loss(Loss::kBlock);
    add_live(site, bytes);
    site.total_bytes += bytes;
    ++site.total_blocks;
    site.newest = reinterpret_cast<std::uintptr_t>(block);
  }

  [[gnu::always_inline]] Taken take(BlockIndex::Entry& entry, const void* block) noexcept {
    const BlockIndex::Entry known = entry;
    entry = 0;
    std::size_t bytes = known >> kSizeShift;
    if (bytes == kLongSize) [[unlikely]] {
      BlockIndex::Entry* second = blocks_.find(second_entry_of(block));
      bytes = *second;
      *second = 0;
    }
    if ((known & kCode) != 0) [[unlikely]]
      drop_code(block, bytes);
    if ((known & kSite) == 0) [[unlikely]]
      return {};
    SiteEntry& site = site_numbered(known & kSite);
    settle(site);
    site.live_bytes -= bytes;
    --site.live_blocks;
    heap_->live_bytes -= bytes;
    const bool newest = site.newest == reinterpret_cast<std::uintptr_t>(block);
    if (newest) {
      ++site.temporary_blocks;
      site.newest = 0;
    }
    return {&site, bytes, newest};
  }

  void move(BlockIndex::Entry& entry, const void* block, SiteEntry& to) noexcept {
    SiteEntry& from = site_numbered(entry & kSite);
    if (&from == &to) return;
    std::size_t bytes = entry >> kSizeShift;
    if (bytes == kLongSize) [[unlikely]]
      bytes = *blocks_.find(second_entry_of(block));
    entry = (entry & ~kSite) | number_of(to);
    settle(from);
    settle(to);
    from.live_bytes -= bytes;
    --from.live_blocks;
    if (from.newest == reinterpret_cast<std::uintptr_t>(block)) from.newest = 0;
    to.live_bytes += bytes;
    ++to.live_blocks;
  }

  ArenaWriter arena_;
  BriefLock lock_;
  std::atomic<bool> booking_ = false;
  Phase phase_ = Phase::kNotBooking;
  HeapCounters* heap_ = nullptr;  // in the arena
  BlockIndex blocks_;
  SiteIndex index_;
  SiteEntry* fixed_[kFixedSites] = {};

  bool starting_ = false;
  bool paused_ = false;
  ProcessArea* area_ = nullptr;
  TextTable text_;
  TableWriter<SiteEntry> entries_;
  std::map<std::tuple<std::string, std::uint32_t, std::string>, SiteEntry*> sites_;  // by file, line and name
};

}  // namespace pyharness

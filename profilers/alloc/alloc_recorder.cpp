#include "profilers/alloc/alloc_recorder.h"

#include <new>

namespace pyharness {
namespace {

constexpr const char* kFixedNames[] = {"<outside of Python code>", "<interpreter start>", "<not watched>",
                                       "<lines that found no room>"};

}  // namespace

void AllocBook::begin(ProcessArea& area) noexcept {
  starting_ = true;
  begin_tables(area);
}

void AllocBook::begin_tables(ProcessArea& area) noexcept {
  static_assert(std::size(kFixedNames) == kFixedSites);
  area_ = &area;
  heap_ = &area.heap;
  try {
    text_.begin(area);
    entries_ = {arena_, area, TableKind::kSites};
    for (std::size_t i = 0; i < kFixedSites; ++i) {
      std::uint32_t index = 0;
      fixed_[i] = entries_.reserve(1, index);
      if (fixed_[i] == nullptr) throw std::bad_alloc();
      fixed_[i]->file = text_.add("~");
      fixed_[i]->name = text_.add(kFixedNames[i]);
    }
    entries_.publish();
    booking_.store(true, std::memory_order_relaxed);
  } catch (const std::bad_alloc&) {
    count_loss(Loss::kArenaFull);
    booking_.store(false, std::memory_order_relaxed);
  }
  decide_phase();
}

void AllocBook::decide_phase() noexcept {
  phase_ = !booking() || (paused_ && !starting_) ? Phase::kNotBooking : starting_ ? Phase::kStarting : Phase::kBooking;
}

void AllocBook::code_begins() noexcept {
  const BriefLock::Hold hold(lock_);
  if (!starting_) return;
  starting_ = false;
  decide_phase();
  if (!booking()) return;
  SiteEntry& start = *fixed_[kStart];
  start.total_bytes = start.live_bytes;
  start.total_blocks = start.live_blocks;
  start.temporary_blocks = 0;
  start.newest = 0;
  // The peak is one of the program's code, not one that the interpreter's start had before.
  heap_->peak_bytes = heap_->live_bytes;
  start.settled_peak = ~std::uint64_t{0};
  settle(start);
}

void AllocBook::begin_in_child(ProcessArea& area) noexcept {
  lock_.reset();
  const bool was_booking = booking();
  blocks_.clear();
  index_.clear();
  sites_.clear();
  starting_ = false;
  if (was_booking) begin_tables(area);
}

void AllocBook::pause() noexcept {
  const BriefLock::Hold hold(lock_);
  paused_ = true;
  decide_phase();
}

void AllocBook::resume() noexcept {
  const BriefLock::Hold hold(lock_);
  paused_ = false;
  decide_phase();
}

void AllocBook::drop_all() noexcept {
  const BriefLock::Hold hold(lock_);
  if (!booking()) return;
  blocks_.clear();
  index_.clear();  // its code objects were marked in the block index
  for (std::uint32_t i = 0; i < entries_.count(); ++i) {
    SiteEntry& site = *entries_.at(i);
    SiteEntry zero{};
    zero.file = site.file;
    zero.name = site.name;
    zero.line = site.line;
    site = zero;
  }
  *heap_ = {};
}

void AllocBook::take_stale(BlockIndex::Entry& entry, const void* block) noexcept { take(entry, block); }

void AllocBook::put_back(const void* block, const Taken& taken) noexcept {
  if (taken.site == nullptr) return;
  const BriefLock::Hold hold(lock_);
  if (!remember(block, taken.bytes, *taken.site)) return count_loss(Loss::kBlock);
  add_live(*taken.site, taken.bytes);
  if (!taken.newest) return;
  --taken.site->temporary_blocks;
  taken.site->newest = reinterpret_cast<std::uintptr_t>(block);
}

SiteEntry* AllocBook::add_site(Instruction instruction, const SiteFacts& facts) {
  SiteEntry* site = fixed_[kNotWatched];
  if (facts.watched) {
    SiteEntry*& known = sites_[{facts.file, facts.line, facts.name}];
    std::uint32_t index = 0;
    if (known == nullptr && (known = entries_.reserve(1, index)) != nullptr) {
      known->file = text_.add(facts.file);
      known->name = text_.add(facts.name);
      known->line = facts.line;
      entries_.publish();
    }
    site = known != nullptr ? known : without_room();
  }
  // Without the mark, the code object's end would not be seen: then it is asked for again each time.
  if (mark_code(facts)) index_.add(instruction, site);
  return site;
}

SiteEntry* AllocBook::without_room() noexcept {
  count_loss(Loss::kArenaFull);
  return fixed_[kNoRoom];
}

bool AllocBook::mark_code(const SiteFacts& facts) noexcept {
  BlockIndex::Entry* entry = blocks_.at(facts.code);
  if (entry == nullptr) return false;
  // It may have been allocated while nothing was booked: then its size is all that is known.
  if (*entry == 0) *entry = static_cast<std::uint64_t>(facts.code_bytes) << kSizeShift;
  *entry |= kCode;
  return true;
}

void AllocBook::drop_code(const void* block, std::size_t bytes) noexcept {
  const auto first = reinterpret_cast<Instruction>(block);
  index_.forget(first, first + bytes);
}

void AllocBook::count_loss(Loss loss) noexcept {
  area_->losses[static_cast<std::size_t>(loss)].fetch_add(1, std::memory_order_relaxed);
}

}  // namespace pyharness

#include "harness/record/arena_writer.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <ctime>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

namespace pyharness {

namespace {

// The page fault of a later store could not be refused: on a full disk, or memory, it would be a SIGBUS. False where
// there is no room.
bool make_present(std::byte* first, std::size_t bytes) noexcept {
  if (madvise(first, bytes, MADV_POPULATE_WRITE) == 0) return true;
  // A kernel before 5.14 or the rules of a container. Where the kernel itself stores, for a system call, the fault is
  // an error.
  if (errno != EINVAL && errno != ENOSYS && errno != EPERM && errno != EACCES) return false;
  for (std::byte* page = first; page < first + bytes; page += kPageBytes) {
    if (syscall(SYS_clock_gettime, CLOCK_MONOTONIC, page) != 0) return false;
    std::memset(page, 0, sizeof(timespec));
  }
  return true;
}

}  // namespace

TablePlace place_in_table(std::uint64_t index, std::uint32_t first_capacity) noexcept {
  // Segment k begins at (2^k - 1) first capacities. The 1 that is or'ed in changes no width; it tells the compiler that
  // none is 0.
  const auto segment = static_cast<std::size_t>(std::bit_width((index / first_capacity + 1) | 1) - 1);
  return {segment, index - ((std::uint64_t{1} << segment) - 1) * first_capacity};
}

bool ArenaWriter::has_room(Offset offset, std::size_t bytes) const noexcept {
  const std::uint64_t end = std::min<std::uint64_t>(header().bytes, size_);
  return bytes <= end && offset <= end - bytes;
}

bool ArenaWriter::make_accessible(Offset offset, std::size_t bytes) const noexcept {
  return mprotect(at(offset), bytes, PROT_READ | PROT_WRITE) == 0;
}

Offset ArenaWriter::claim_fresh(std::size_t bytes) const noexcept {
  ArenaHeader& head = header();
  const Offset offset = head.next_free.fetch_add(bytes, std::memory_order_relaxed);
  if (has_room(offset, bytes) && make_accessible(offset, bytes) && make_present(at(offset), bytes)) return offset;
  // Given back where nobody has claimed since: one large refusal must not block the small claims that still fit.
  Offset after = offset + bytes;
  head.next_free.compare_exchange_strong(after, offset, std::memory_order_relaxed);
  head.refused_bytes.fetch_add(bytes, std::memory_order_relaxed);
  return 0;
}

Offset ArenaWriter::claim(std::size_t bytes, ProcessArea* owner) const noexcept {
  const std::size_t pages = whole_pages(bytes) / kPageBytes;
  Offset offset = std::has_single_bit(pages) ? claim_used(static_cast<std::size_t>(std::countr_zero(pages))) : 0;
  if (offset == 0) offset = claim_fresh(pages * kPageBytes);
  if (offset != 0 && owner != nullptr) {
    const std::uint32_t used = owner->extents_used.fetch_add(1, std::memory_order_relaxed);
    if (used < kMostExtents) owner->extents[used] = {offset, pages};
  }
  return offset;
}

// A stack of extents that many processes take from and the supervisor gives to (Treiber, 1986). Whoever reads the next
// one of an extent that somebody else has just taken reads nonsense, and then finds that the head has changed.
Offset ArenaWriter::claim_used(std::size_t size_class) const noexcept {
  if (size_class >= kFreeClasses) return 0;
  std::atomic<std::uint64_t>& free = header().free_extents[size_class];
  const std::size_t bytes = kPageBytes << size_class;
  std::uint64_t head = free.load(std::memory_order_acquire);
  while (static_cast<std::uint32_t>(head) != 0) {
    const Offset offset = std::uint64_t{static_cast<std::uint32_t>(head)} * kPageBytes;
    if (!has_room(offset, bytes) || !make_accessible(offset, bytes)) return 0;
    auto& next = *reinterpret_cast<std::uint64_t*>(at(offset));
    const std::uint64_t rest = (((head >> 32) + 1) << 32) | static_cast<std::uint32_t>(next);
    if (!free.compare_exchange_weak(head, rest, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
    next = 0;
    if (make_present(at(offset), bytes)) return offset;
    header().refused_bytes.fetch_add(bytes, std::memory_order_relaxed);
    return 0;
  }
  return 0;
}

void ArenaWriter::give_back(const Extent& extent) const noexcept {
  Offset offset = extent.offset;
  std::uint64_t pages = extent.pages;
  while (pages != 0) {
    const auto size_class =
        std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(pages)) - 1, kFreeClasses - 1);
    std::byte* first = at(offset);
    const std::size_t bytes = kPageBytes << size_class;
    if (madvise(first, bytes, MADV_REMOVE) != 0) std::memset(first, 0, bytes);  // a file system without holes
    if (!make_present(first, kPageBytes)) return;                               // a full one: they are lost
    std::atomic<std::uint64_t>& free = header().free_extents[size_class];
    std::uint64_t head = free.load(std::memory_order_relaxed);
    std::uint64_t with_it = 0;
    do {
      *reinterpret_cast<std::uint64_t*>(first) = static_cast<std::uint32_t>(head);
      with_it = (((head >> 32) + 1) << 32) | static_cast<std::uint32_t>(offset / kPageBytes);
    } while (!free.compare_exchange_weak(head, with_it, std::memory_order_acq_rel, std::memory_order_relaxed));
    offset += bytes;
    pages -= std::uint64_t{1} << size_class;
  }
}

ProcessArea* ArenaWriter::begin_process(std::uint32_t pid, std::uint32_t parent_pid, ProcessStart start,
                                        bool elsewhere) const noexcept {
  const Offset offset = claim(sizeof(ProcessArea));
  if (offset == 0) return nullptr;
  auto* area = reinterpret_cast<ProcessArea*>(at(offset));
  area->magic = kProcessMagic;
  area->pid = pid;
  area->parent_pid = parent_pid;
  area->start = start;
  area->elsewhere = elsewhere ? 1 : 0;
  ArenaHeader& head = header();
  Offset newest = head.newest_process.load(std::memory_order_relaxed);
  do {
    area->previous.store(newest, std::memory_order_relaxed);
  } while (
      !head.newest_process.compare_exchange_weak(newest, offset, std::memory_order_release, std::memory_order_relaxed));
  return area;
}

HostPlan ArenaWriter::plan() const {
  const ArenaHeader& head = header();
  return plan_from_bytes({reinterpret_cast<const char*>(at(head.plan)), head.plan_bytes});
}

template <class T>
TableWriter<T>::TableWriter(const ArenaWriter& arena, ProcessArea& area, Table& table)
    : arena_(arena), area_(&area), table_(&table) {
  table_->entry_bytes = sizeof(T);
  table_->first_capacity = static_cast<std::uint32_t>(kPageBytes / sizeof(T));
}

template <class T>
T* TableWriter<T>::reserve(std::size_t n, std::uint32_t& index) noexcept {
  TablePlace place = place_in_table(next_, table_->first_capacity);
  // What does not fit behind the last entry begins the next segment; the entries left out stay zero.
  while (place.within + n > std::uint64_t{table_->first_capacity} << place.segment) place = {place.segment + 1, 0};
  if (place.segment >= Table::kSegments) return nullptr;
  const std::uint64_t before = ((std::uint64_t{1} << place.segment) - 1) * table_->first_capacity;
  const std::uint64_t first = before + place.within;
  if (first + n >= kNoIndex) return nullptr;
  Offset segment = table_->segments[place.segment].load(std::memory_order_relaxed);
  if (segment == 0) {
    segment = arena_.claim((std::size_t{table_->first_capacity} << place.segment) * sizeof(T), area_);
    if (segment == 0) return nullptr;
    table_->segments[place.segment].store(segment, std::memory_order_release);
  }
  index = static_cast<std::uint32_t>(first);
  next_ = first + n;
  return reinterpret_cast<T*>(arena_.at(segment)) + place.within;
}

template <class T>
T* TableWriter<T>::at(std::uint32_t index) const noexcept {
  const TablePlace place = place_in_table(index, table_->first_capacity);
  const Offset segment = table_->segments[place.segment].load(std::memory_order_relaxed);
  return reinterpret_cast<T*>(arena_.at(segment)) + place.within;
}

template class TableWriter<char>;
template class TableWriter<FunctionEntry>;
template class TableWriter<LineEntry>;
template class TableWriter<ThreadEntry>;
template class TableWriter<SiteEntry>;
template class TableWriter<CallEntry>;
template class TableWriter<EdgeEntry>;
template class TableWriter<TimerEntry>;
template class TableWriter<TimerOctave>;
template class TableWriter<OpenTimer>;

}  // namespace pyharness

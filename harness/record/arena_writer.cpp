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

Offset ArenaWriter::claim(std::size_t bytes) const noexcept {
  const std::size_t rounded = whole_pages(bytes);
  ArenaHeader& head = header();
  const Offset offset = head.next_free.fetch_add(rounded, std::memory_order_relaxed);
  const bool fits = offset + rounded <= head.bytes && offset + rounded > offset;
  if (fits && mprotect(at(offset), rounded, PROT_READ | PROT_WRITE) == 0 && make_present(at(offset), rounded))
    return offset;
  // Given back where nobody has claimed since: one large refusal must not block the small claims that still fit.
  Offset after = offset + rounded;
  head.next_free.compare_exchange_strong(after, offset, std::memory_order_relaxed);
  head.refused_bytes.fetch_add(rounded, std::memory_order_relaxed);
  return 0;
}

ProcessArea* ArenaWriter::begin_process(std::uint32_t pid, std::uint32_t parent_pid) const noexcept {
  const Offset offset = claim(sizeof(ProcessArea));
  if (offset == 0) return nullptr;
  auto* area = reinterpret_cast<ProcessArea*>(at(offset));
  area->magic = kProcessMagic;
  area->pid = pid;
  area->parent_pid = parent_pid;
  ArenaHeader& head = header();
  Offset newest = head.newest_process.load(std::memory_order_relaxed);
  do {
    area->previous = newest;
  } while (
      !head.newest_process.compare_exchange_weak(newest, offset, std::memory_order_release, std::memory_order_relaxed));
  return area;
}

HostPlan ArenaWriter::plan() const {
  const ArenaHeader& head = header();
  return plan_from_bytes({reinterpret_cast<const char*>(at(head.plan)), head.plan_bytes});
}

template <class T>
TableWriter<T>::TableWriter(const ArenaWriter& arena, ProcessArea& area, TableKind kind)
    : arena_(arena), table_(&area.tables[static_cast<std::size_t>(kind)]) {
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
    segment = arena_.claim((std::size_t{table_->first_capacity} << place.segment) * sizeof(T));
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

}  // namespace pyharness

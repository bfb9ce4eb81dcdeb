#include "harness/supervise/ended_processes.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "harness/base/error.h"
#include "harness/record/arena_writer.h"
#include "harness/record/json.h"
#include "harness/record/merge.h"
#include "harness/supervise/processes.h"

namespace pyharness {
namespace {

// Of a program that starts processes for ever, the first are listed and all are added up.
constexpr std::size_t kMostListed = 2000;

void list_processes(const ArenaReader& arena, std::span<const SeenProcess> processes, RunInfo& info) {
  for (auto process = processes.rbegin(); process != processes.rend(); ++process) {
    if (info.processes.size() < kMostListed) {
      info.processes.push_back(process_info(arena, *process, true));
    } else {
      ++info.losses["processes_not_listed"];
    }
  }
}

bool lies_in_arena(const ArenaWriter& arena, const Extent& extent) {
  const ArenaHeader& header = arena.header();
  const std::uint64_t first = std::max(whole_pages(header.context + header.context_bytes), whole_pages(sizeof header));
  const std::uint64_t end = arena.bytes().size();
  return extent.offset >= first && extent.offset % kPageBytes == 0 && extent.pages != 0 && extent.offset < end &&
         extent.pages <= (end - extent.offset) / kPageBytes;
}

void give_back(const ArenaWriter& arena, const ProcessArea& area) {
  const std::uint32_t used = std::min<std::uint32_t>(area.extents_used.load(std::memory_order_acquire), kMostExtents);
  for (std::uint32_t i = 0; i < used; ++i) {
    if (const Extent extent = area.extents[i]; lies_in_arena(arena, extent)) arena.give_back(extent);
  }
  // Where it lies, not where the list says that it does: the program may write there meanwhile.
  const Extent own{static_cast<Offset>(reinterpret_cast<const std::byte*>(&area) - arena.bytes().data()),
                   whole_pages(sizeof area) / kPageBytes};
  if (lies_in_arena(arena, own)) arena.give_back(own);
}

}  // namespace

void EndedProcesses::add_up(pid_t host) noexcept {
  if (gave_up_) return;
  try {
    add_up_all(host);
  } catch (const std::exception&) {
    gave_up_ = true;  // no memory: they stay in the arena, as long as that has room
  }
}

// What can fail comes first.
void EndedProcesses::add_up_all(pid_t host) {
  const ArenaReader arena(arena_.bytes());
  const ClockPair now = ClockPair::now(context_.clock);
  std::vector<SeenProcess> all = seen_processes(arena, host, now.ticks, true);
  std::vector<SeenProcess> ended;
  // The newest stays: what is put before it on the list in this moment points to it.
  for (std::size_t i = 1; i < all.size(); ++i) {
    // What a child has still to copy of it cannot go.
    if (all[i].ended == 0 && all[i].area->forks.load(std::memory_order_acquire) != 0) all[i].ended = now.ticks;
    if (all[i].ended == 0) ended.push_back(all[i]);
  }
  if (ended.empty()) return;

  Recording sum = sum_;
  Recording part;
  list_processes(arena, ended, sum.run);
  collect_processes({arena, ended, context_.modes, now.ticks, TickScale(began_, now), {}, context_.costs}, part);
  add_processes(sum, part);
  const std::string text = to_json(sum);

  std::swap(sum_, sum);
  arena_.header().sums_begun.fetch_add(1);
  publish(text);
  ProcessArea* newer = nullptr;
  for (const SeenProcess& process : all) {
    auto* area = const_cast<ProcessArea*>(process.area);
    if (process.ended != 0 || newer == nullptr) {
      newer = area;
      continue;
    }
    newer->previous.store(area->previous.load(std::memory_order_relaxed), std::memory_order_release);
    give_back(arena_, *area);
  }
  arena_.header().sums_ended.fetch_add(1);
}

void EndedProcesses::publish(std::string_view text) noexcept {
  const std::uint64_t size = text.size();
  // A power of two of pages: what was given back is claimed again by whoever wants as many.
  const std::size_t pages = std::bit_ceil(whole_pages(sizeof size + text.size()) / kPageBytes);
  const Offset offset = arena_.claim(pages * kPageBytes);
  if (offset != 0) {
    std::memcpy(arena_.at(offset), &size, sizeof size);
    std::memcpy(arena_.at(offset) + sizeof size, text.data(), text.size());
  }
  arena_.header().ended_processes.store(offset, std::memory_order_release);
  if (published_.pages != 0) arena_.give_back(published_);
  published_ = {offset, offset == 0 ? 0 : pages};
}

Recording read_ended_processes(const ArenaReader& arena) {
  const ArenaHeader* header = arena.header();
  const Offset offset = header == nullptr ? 0 : header->ended_processes.load(std::memory_order_acquire);
  const auto* size = offset == 0 ? nullptr : arena.inside<std::uint64_t>(offset, 1);
  const char* text = size == nullptr ? nullptr : arena.inside<char>(offset + sizeof *size, *size);
  if (text == nullptr) return {};
  try {
    return from_json({text, *size});
  } catch (const Failure&) {
    return {};
  }
}

}  // namespace pyharness

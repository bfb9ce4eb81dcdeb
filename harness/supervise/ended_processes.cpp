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

bool lies_in_arena(const ArenaReader& arena, const Extent& extent) {
  const ArenaHeader& header = *arena.header();
  const std::uint64_t first = whole_pages(header.context + header.context_bytes);
  return extent.offset >= first && extent.offset % kPageBytes == 0 && extent.pages != 0 &&
         extent.offset < header.bytes && extent.pages <= (header.bytes - extent.offset) / kPageBytes;
}

void give_back(const ArenaReader& arena, const ArenaWriter& writer, const ProcessArea& area, Offset offset) {
  const std::uint32_t used = std::min<std::uint32_t>(area.extents_used.load(std::memory_order_acquire), kMostExtents);
  for (std::uint32_t i = 0; i < used; ++i) {
    if (const Extent extent = area.extents[i]; lies_in_arena(arena, extent)) writer.give_back(extent);
  }
  writer.give_back({offset, whole_pages(sizeof(ProcessArea)) / kPageBytes});
}

}  // namespace

void EndedProcesses::add_up(pid_t host) {
  const ArenaReader arena(arena_.bytes());
  const ClockPair now = ClockPair::now(context_.clock);
  const std::vector<SeenProcess> all = seen_processes(arena, host, now.ticks, true);
  std::vector<SeenProcess> ended;
  // The newest stays: what is put before it on the list in this moment points to it.
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].ended == 0) ended.push_back(all[i]);
  }
  if (ended.empty()) return;

  Recording part;
  list_processes(arena, ended, sum_.run);
  collect_processes({arena, ended, context_.modes, now.ticks, TickScale(began_, now), {}}, part);
  add_processes(sum_, part);

  const ArenaWriter writer = arena_.writer();
  writer.header().sums_begun.fetch_add(1);
  publish();
  ProcessArea* newer = nullptr;
  for (const SeenProcess& process : all) {
    auto* area = const_cast<ProcessArea*>(process.area);
    if (process.ended != 0 || newer == nullptr) {
      newer = area;
      continue;
    }
    const Offset offset = newer->previous.load(std::memory_order_relaxed);
    newer->previous.store(area->previous.load(std::memory_order_relaxed), std::memory_order_release);
    give_back(arena, writer, *area, offset);
  }
  writer.header().sums_ended.fetch_add(1);
}

void EndedProcesses::publish() {
  const ArenaWriter writer = arena_.writer();
  const std::string text = to_json(sum_);
  // As extents are used again: a sum grows, and there are many of a long run.
  const std::size_t pages = std::bit_ceil(whole_pages(sizeof(std::uint64_t) + text.size()) / kPageBytes);
  const Offset offset = writer.claim(pages * kPageBytes);
  if (offset != 0) {
    const std::uint64_t size = text.size();
    std::memcpy(writer.at(offset), &size, sizeof size);
    std::memcpy(writer.at(offset) + sizeof size, text.data(), text.size());
  }
  writer.header().ended_processes.store(offset, std::memory_order_release);
  if (published_.pages != 0) writer.give_back(published_);
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

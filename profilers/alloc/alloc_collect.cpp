#include "profilers/alloc/alloc_collect.h"

#include "harness/record/merge.h"

namespace pyharness {
namespace {

AllocSites read_process(const CollectContext& context, const ProcessArea& area) {
  const TableReader<char> text(context.arena, area, TableKind::kSiteText);
  const TableReader<SiteEntry> entries(context.arena, area, TableKind::kSites);
  AllocSites process;
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    const SiteEntry* entry = entries.at(i);
    if (entry == nullptr || (entry->total_blocks == 0 && entry->live_blocks == 0)) continue;
    // Where it was not settled at the last peak, it has not changed since.
    const bool settled = entry->settled_peak == area.heap.peak_bytes;
    AllocSites::Site site{{read_text(text, entry->file), entry->line, read_text(text, entry->name)},
                          entry->live_bytes,
                          entry->live_blocks,
                          entry->total_bytes,
                          entry->total_blocks,
                          settled ? entry->peak_bytes : entry->live_bytes,
                          settled ? entry->peak_blocks : entry->live_blocks,
                          entry->temporary_blocks};
    process.sites.push_back(std::move(site));
  }
  return process;
}

}  // namespace

void collect_alloc(const CollectContext& context, Recording& into) {
  AllocSites all;
  for (const SeenProcess& process : context.processes) merge_into(all, read_process(context, *process.area));
  into.sections.push_back({"alloc", std::move(all)});
}

}  // namespace pyharness

#include "harness/record/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <type_traits>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/record/saturated.h"

namespace pyharness {
namespace {

void add_costs(CallCosts& into, const CallCosts& other) {
  into.calls = add_saturated(into.calls, other.calls);
  into.primitive_calls = add_saturated(into.primitive_calls, other.primitive_calls);
  into.self_ns = add_saturated(into.self_ns, other.self_ns);
  into.cumulative_ns = add_saturated(into.cumulative_ns, other.cumulative_ns);
}

// Of two kinds' figures, by how many events they stand for; between the two, whatever the rounding does.
std::uint64_t weighted(std::uint64_t a, std::uint64_t a_count, std::uint64_t b, std::uint64_t b_count) {
  const double counts = static_cast<double>(a_count) + static_cast<double>(b_count);
  if (counts == 0) return std::max(a, b);
  const double share = static_cast<double>(b_count) / counts;
  const double mean = static_cast<double>(a) * (1 - share) + static_cast<double>(b) * share;
  return std::clamp(static_cast<std::uint64_t>(std::round(mean)), std::min(a, b), std::max(a, b));
}

CpuTimes sum_of(const CpuTimes& a, const CpuTimes& b) {
  return {add_saturated(a.user_ns, b.user_ns), add_saturated(a.system_ns, b.system_ns)};
}

void merge_sources(std::vector<SourceFile>& into, const std::vector<SourceFile>& other) {
  std::map<std::string, SourceFile> files;
  const auto add = [&](SourceFile source) {
    const auto [at, added] = files.try_emplace(source.file, std::move(source));
    if (!added) at->second.lines.merge(source.lines);  // try_emplace has left it alone
  };
  for (SourceFile& source : into) add(std::move(source));
  for (const SourceFile& source : other) add(source);
  into.clear();
  for (auto& [file, source] : files) into.push_back(std::move(source));
}

}  // namespace

void merge_into(CallGraph& into, const CallGraph& other) {
  std::map<FunctionKey, std::uint32_t> indices;
  for (std::uint32_t i = 0; i < into.functions.size(); ++i) indices.emplace(into.functions[i].key, i);
  std::vector<std::uint32_t> here;  // by index in other
  for (const CallGraph::Function& function : other.functions) {
    const auto [at, added] = indices.emplace(function.key, static_cast<std::uint32_t>(into.functions.size()));
    if (added) {
      into.functions.push_back(function);
    } else {
      add_costs(into.functions[at->second].costs, function.costs);
    }
    here.push_back(at->second);
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> pairs;
  for (std::size_t i = 0; i < into.edges.size(); ++i)
    pairs.emplace(std::pair(into.edges[i].caller, into.edges[i].callee), i);
  for (const CallGraph::Edge& edge : other.edges) {
    const CallGraph::Edge moved{here[edge.caller], here[edge.callee], edge.costs};
    const auto [at, added] = pairs.emplace(std::pair(moved.caller, moved.callee), into.edges.size());
    if (added) {
      into.edges.push_back(moved);
    } else {
      add_costs(into.edges[at->second].costs, edge.costs);
    }
  }
  into.total_ns = add_saturated(into.total_ns, other.total_ns);
}

void merge_into(StackProfile& into, const StackProfile& other) {
  if (into.interval_ns != other.interval_ns)
    throw Failure("the recordings cannot be merged: they were sampled at different rates.");
  std::map<FunctionKey, std::uint32_t> indices;
  for (std::uint32_t i = 0; i < into.frames.size(); ++i) indices.emplace(into.frames[i], i);
  std::vector<std::uint32_t> here;
  for (const FunctionKey& frame : other.frames) {
    const auto [at, added] = indices.emplace(frame, static_cast<std::uint32_t>(into.frames.size()));
    if (added) into.frames.push_back(frame);
    here.push_back(at->second);
  }
  const auto identity = [](const StackProfile::Stack& stack) {
    return std::tuple(stack.frames, stack.thread, stack.state);
  };
  std::map<std::tuple<std::vector<std::uint32_t>, std::string, std::string>, std::size_t> known;
  for (std::size_t i = 0; i < into.stacks.size(); ++i) known.emplace(identity(into.stacks[i]), i);
  for (StackProfile::Stack stack : other.stacks) {
    for (std::uint32_t& frame : stack.frames) frame = here[frame];
    const auto [at, added] = known.emplace(identity(stack), into.stacks.size());
    if (added) {
      into.stacks.push_back(std::move(stack));
    } else {
      StackProfile::Stack& same = into.stacks[at->second];
      same.count = add_saturated(same.count, stack.count);
      same.weight_ns = add_saturated(same.weight_ns, stack.weight_ns);
    }
  }
  into.samples = add_saturated(into.samples, other.samples);
  into.lost = add_saturated(into.lost, other.lost);
}

void merge_into(std::vector<NamedTimer>& into, const std::vector<NamedTimer>& other) {
  std::map<std::string, NamedTimer> timers;
  for (NamedTimer& timer : into) timers.emplace(timer.name, std::move(timer));
  for (const NamedTimer& timer : other) {
    const auto [at, added] = timers.emplace(timer.name, timer);
    if (added || timer.count == 0) continue;
    NamedTimer& sum = at->second;
    sum.min_ns = sum.count == 0 ? timer.min_ns : std::min(sum.min_ns, timer.min_ns);
    sum.max_ns = std::max(sum.max_ns, timer.max_ns);
    sum.cost_ps = weighted(sum.cost_ps, sum.count, timer.cost_ps, timer.count);
    sum.count = add_saturated(sum.count, timer.count);
    sum.total_ns = add_saturated(sum.total_ns, timer.total_ns);
    for (const auto& [bucket, n] : timer.histogram) {
      std::uint64_t& here = sum.histogram[bucket];
      here = add_saturated(here, n);
    }
  }
  into.clear();
  for (auto& [name, timer] : timers) into.push_back(std::move(timer));
}

void merge_into(TimerRuns& into, const TimerRuns& other) {
  into.runs.insert(into.runs.end(), other.runs.begin(), other.runs.end());
  std::map<std::string, std::vector<NamedTimer::OfRun>> runs;
  for (const std::vector<NamedTimer>* timers :
       std::initializer_list<const std::vector<NamedTimer>*>{&into.timers, &other.timers}) {
    for (const NamedTimer& timer : *timers) {
      std::vector<NamedTimer::OfRun>& all = runs[timer.name];
      if (timer.runs.empty()) all.push_back(timer.as_run());
      all.insert(all.end(), timer.runs.begin(), timer.runs.end());
    }
  }
  merge_into(into.timers, other.timers);
  for (NamedTimer& timer : into.timers) timer.runs = std::move(runs[timer.name]);
}

void merge_into(AllocSites& into, const AllocSites& other) {
  const bool others_peak = other.peak_bytes() > into.peak_bytes();
  std::map<FunctionKey, AllocSites::Site> sites;
  const auto add = [&](const AllocSites::Site& site, bool with_peak) {
    AllocSites::Site& sum = sites[site.key];
    sum.key = site.key;
    sum.live_bytes = add_saturated(sum.live_bytes, site.live_bytes);
    sum.live_count = add_saturated(sum.live_count, site.live_count);
    sum.total_bytes = add_saturated(sum.total_bytes, site.total_bytes);
    sum.total_count = add_saturated(sum.total_count, site.total_count);
    sum.temporary_count = add_saturated(sum.temporary_count, site.temporary_count);
    if (!with_peak) return;
    sum.peak_bytes = add_saturated(sum.peak_bytes, site.peak_bytes);
    sum.peak_count = add_saturated(sum.peak_count, site.peak_count);
  };
  for (const AllocSites::Site& site : into.sites) add(site, !others_peak);
  for (const AllocSites::Site& site : other.sites) add(site, others_peak);
  into.sites.clear();
  for (auto& [key, site] : sites) into.sites.push_back(std::move(site));
}

namespace {

Section* section_named(Recording& recording, const std::string& name) {
  const auto found = std::find_if(recording.sections.begin(), recording.sections.end(),
                                  [&](const Section& section) { return section.name == name; });
  return found == recording.sections.end() ? nullptr : &*found;
}

void merge_into(Section& into, const Section& other) {
  if (into.data.index() != other.data.index())
    throw Failure("the recordings cannot be merged: section " + other.name + " differs in kind.");
  std::visit([&](auto& data) { pyharness::merge_into(data, std::get<std::decay_t<decltype(data)>>(other.data)); },
             into.data);
}

// Of one run: its times are whole already.
void add_collections(TimerRuns& into, const TimerRuns& other) {
  if (into.runs.empty()) {
    into = other;
    return;
  }
  pyharness::merge_into(into.timers, other.timers);
  TimerRuns::Collections& sum = into.runs.front().collections;
  for (const TimerRuns::Run& run : other.runs) {
    sum.count = add_saturated(sum.count, run.collections.count);
    sum.pause_ns = add_saturated(sum.pause_ns, run.collections.pause_ns);
    sum.longest_ns = std::max(sum.longest_ns, run.collections.longest_ns);
  }
}

void add_verified(std::optional<VerifiedRuns>& into, const std::optional<VerifiedRuns>& other) {
  if (!other) return;
  if (!into) {
    into = other;
    return;
  }
  into->runs = add_saturated(into->runs, other->runs);
  into->wall_ns = add_saturated(into->wall_ns, other->wall_ns);
  // An average over some of the runs would compare with nothing.
  into->code_wall_ns = into->code_wall_ns && other->code_wall_ns
                           ? std::optional(add_saturated(*into->code_wall_ns, *other->code_wall_ns))
                           : std::nullopt;
  into->cpu = sum_of(into->cpu, other->cpu);
}

void add_losses(RunInfo& into, const RunInfo& other) {
  for (const auto& [what, count] : other.losses) into.losses[what] = add_saturated(into.losses[what], count);
}

void add_overhead(RunInfo& into, const RunInfo& other) {
  if (!other.overhead) return;
  Overhead& sum = into.overhead ? *into.overhead : into.overhead.emplace();
  for (const auto& [kind, cost] : other.overhead->kinds) {
    const auto [at, added] = sum.kinds.emplace(kind, cost);
    if (added) continue;
    EventCost& same = at->second;
    same.cost_ps = weighted(same.cost_ps, same.count, cost.cost_ps, cost.count);
    same.error_ps = weighted(same.error_ps, same.count, cost.error_ps, cost.count);
    same.count = add_saturated(same.count, cost.count);
  }
  sum.total_ns = add_saturated(sum.total_ns, other.overhead->total_ns);
  sum.error_ns = add_saturated(sum.error_ns, other.overhead->error_ns);  // the calibration is wrong for all alike
}

}  // namespace

void add_processes(Recording& into, const Recording& processes) {
  for (const Section& section : processes.sections) {
    Section* same = section_named(into, section.name);
    if (same == nullptr) {
      into.sections.push_back(section);
    } else if (auto* runs = std::get_if<TimerRuns>(&same->data); runs != nullptr) {
      if (const auto* other = std::get_if<TimerRuns>(&section.data); other != nullptr) add_collections(*runs, *other);
    } else {
      merge_into(*same, section);
    }
  }
  add_losses(into.run, processes.run);
  add_overhead(into.run, processes.run);
  std::vector<ProcessInfo>& all = into.run.processes;  // the first is the program itself
  all.insert(all.begin() + (all.empty() ? 0 : 1), processes.run.processes.begin(), processes.run.processes.end());
}

void merge_into(Recording& into, const Recording& other) {
  if (into.run.clock_source != other.run.clock_source) {
    throw Failure(fmt::format("one was taken with the clock {}, the other with {}.", printable(into.run.clock_source),
                              printable(other.run.clock_source)));
  }
  for (const Section& section : other.sections) {
    if (Section* same = section_named(into, section.name); same != nullptr) {
      merge_into(*same, section);
    } else {
      into.sections.push_back(section);
      into.run.modes.push_back(section.name);
    }
  }
  merge_sources(into.sources, other.sources);

  RunInfo& run = into.run;
  if (run.turns != other.run.turns) run.turns.reset();
  run.wall_ns = add_saturated(run.wall_ns, other.run.wall_ns);
  if (other.run.code_wall_ns) run.code_wall_ns = add_saturated(run.code_wall_ns.value_or(0), *other.run.code_wall_ns);
  run.self = sum_of(run.self, other.run.self);
  run.children = sum_of(run.children, other.run.children);
  run.peak_rss_bytes = std::max(run.peak_rss_bytes, other.run.peak_rss_bytes);
  run.processes.insert(run.processes.end(), other.run.processes.begin(), other.run.processes.end());
  add_verified(run.verified, other.run.verified);
  add_losses(run, other.run);
  add_overhead(run, other.run);
  std::set<std::string> notes(run.notes.begin(), run.notes.end());
  for (const std::string& note : other.run.notes) {
    if (notes.insert(note).second) run.notes.push_back(note);
  }
  // The worst ending stands for all.
  if (!run.ending.unknown && !run.ending.failed()) run.ending = other.run.ending;
}

}  // namespace pyharness

#include "harness/supervise/arena_report.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "harness/base/descriptor.h"
#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/supervise/arena_copy.h"
#include "harness/supervise/collect.h"
#include "harness/supervise/ended_processes.h"
#include "harness/supervise/process_facts.h"
#include "profilers/open_stacks.h"

namespace pyharness {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

std::string_view bytes_at(const ArenaReader& arena, Offset offset, std::uint64_t size) {
  const char* first = arena.inside<char>(offset, size);
  return first == nullptr ? std::string_view() : std::string_view(first, size);
}

// No counter of the kernel's passes this; what does is a scribble, and no report could hold it.
long sane(long value) { return std::clamp(value, 0L, 1L << 52); }

HostEnd noted_end(const RunState& run) {
  HostEnd end;
  if (run.signal > 0 && run.signal <= 64) {
    end.ending.signal = run.signal;
  } else {
    end.ending.exit_status = run.exit_status & 0xFF;
  }
  for (timeval rusage::*time : {&rusage::ru_utime, &rusage::ru_stime})
    end.usage.*time = {std::clamp((run.usage.*time).tv_sec, 0L, 1L << 32),
                       std::clamp((run.usage.*time).tv_usec, 0L, 999'999L)};
  for (long rusage::*count :
       {&rusage::ru_maxrss, &rusage::ru_minflt, &rusage::ru_majflt, &rusage::ru_nvcsw, &rusage::ru_nivcsw})
    end.usage.*count = sane(run.usage.*count);
  end.children = {static_cast<std::uint64_t>(sane(static_cast<long>(run.children_user_ns))),
                  static_cast<std::uint64_t>(sane(static_cast<long>(run.children_system_ns)))};
  return end;
}

// When something in the arena last happened, as far as it tells.
Ticks newest_moment(const ArenaReader& arena) {
  Ticks newest = 0;
  const auto see = [&](Ticks moment) { newest = std::max(newest, moment); };
  for (const ProcessArea* area : arena.processes()) {
    for (const auto* moment : {&area->code_end_ticks, &area->exit_ticks}) see(moment->load(std::memory_order_relaxed));
    each_stack<OpenFrame>(arena, *area, TableKind::kThreads, [&](const ThreadEntry&, auto frames) {
      for (const OpenFrame& frame : frames) see(frame.line_since);
    });
    each_stack<OpenCall>(arena, *area, TableKind::kCallThreads, [&](const ThreadEntry&, auto calls) {
      for (const OpenCall& call : calls) see(call.since);
    });
  }
  return newest;
}

// Nobody saw the end. Pyharness noted four times a second that it was alive; what the program did after the last note
// is believed for a second more.
ClockPair last_moment(const ArenaReader& arena, const RunState& run) {
  const std::uint32_t beats = run.beats.load(std::memory_order_acquire);
  const ClockPair seen = beats == 0 ? run.began : run.seen[(beats - 1) % 2];
  const TickScale scale(run.began, seen);
  const Ticks newest = newest_moment(arena);
  if (newest <= seen.ticks || newest - seen.ticks > scale.ticks_per_second()) return seen;
  return {newest, seen.system_ns + scale.to_ns(newest - seen.ticks)};
}

bool makes_sense(ClockPair began, ClockPair ended) {
  constexpr std::uint64_t kSlowest = 1'000'000;  // ticks a second, of any clock of ours
  constexpr std::uint64_t kFastest = 1'000'000'000'000;
  constexpr std::uint64_t kLongest = kSecond << 32;
  if (ended.ticks < began.ticks || ended.system_ns < began.system_ns) return false;
  if (ended.system_ns - began.system_ns > kLongest) return false;
  const std::uint64_t speed = TickScale(began, ended).ticks_per_second();
  return speed >= kSlowest && speed <= kFastest;
}

bool is_locked(int descriptor) {
  if (flock(descriptor, LOCK_SH | LOCK_NB) != 0) return errno == EWOULDBLOCK;
  flock(descriptor, LOCK_UN);  // a run that is to replace the file must not take us for its writer
  return false;
}

}  // namespace

Recording report_of_arena(const ArenaReader& arena, const std::string& name, bool still_runs) {
  const ArenaHeader& header = *arena.header();
  const RunState& run = header.run;
  const RunContext context = context_from_bytes(bytes_at(arena, header.context, header.context_bytes));
  const auto pid = static_cast<pid_t>(run.host_pid);
  if (pid == 0) throw Failure(fmt::format("in {} no program has started yet.", printable(name)));
  HostEnd end;
  ClockPair ended;
  if (run.ended.load(std::memory_order_acquire) != 0) {
    end = noted_end(run);
    ended = run.ended_at;
  } else if (still_runs) {
    end = used_so_far(pid);
    ended = ClockPair::now(context.clock);
  } else {
    end.ending.unknown = true;
    ended = last_moment(arena, run);
  }
  if (!makes_sense(run.began, ended))
    throw Failure(fmt::format("{} is damaged: its times make no sense.", printable(name)));
  const Recording ended_processes = read_ended_processes(arena);
  return collect({context, arena, ended_processes, end, pid, static_cast<pid_t>(run.supervisor_pid), run.began, ended,
                  still_runs});
}

std::optional<Recording> read_kept(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!file || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || !is_arena(file.get()))
    return std::nullopt;  // what else it is, or why it cannot be read, is said by who reads it so
  const bool still_runs = is_locked(file.get());  // asked first: what ends meanwhile has noted its end
  return report_of_arena(ArenaCopy(file.get(), path).reader(), path, still_runs);
}

}  // namespace pyharness

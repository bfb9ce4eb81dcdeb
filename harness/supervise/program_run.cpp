#include "harness/supervise/program_run.h"

#include <unistd.h>

#include "harness/base/error.h"
#include "harness/supervise/collect.h"
#include "harness/supervise/ended_processes.h"

namespace pyharness {

ProgramRun::ProgramRun(const HostPlan& plan, const RunContext& context, const std::string& keep)
    : context_(context), kept_(!keep.empty()), arena_(plan, context, keep) {}

const HostEnd& ProgramRun::run(HostStart start, SignalRelay& relay) {
  if (!start.bare) start.arena = arena_.descriptor();
  began_ = ClockPair::now(context_.clock);
  pid_ = start_host(start, relay);
  return see_it_through(relay);
}

const HostEnd& ProgramRun::run(Zygote& zygote, SignalRelay& relay) {
  began_ = ClockPair::now(context_.clock);
  if (const std::optional<RepetitionStart> start = zygote.begin(arena_.descriptor(), relay)) {
    pid_ = start->pid;
    began_ = start->began;
  } else {
    pid_ = zygote.pid();
    zygote.forget();
  }
  return see_it_through(relay);
}

const HostEnd& ProgramRun::see_it_through(SignalRelay& relay) {
  const ClockSource clock = context_.clock;
  arena_.note_start(pid_, began_);
  EndedProcesses ended_processes(arena_.writer(), context_, began_);
  Meanwhile meanwhile{.on_news = [&] { ended_processes.add_up(pid_); }, .beat = {}};
  if (kept_) meanwhile.beat = [&] { arena_.note_alive(ClockPair::now(clock)); };
  relay.relay_until_end(pid_, meanwhile);
  ended_ = ClockPair::now(clock);
  end_ = reap_host(pid_);
  arena_.note_end(end_, ended_);
  ended_processes_ = ended_processes.sum();
  return end_;
}

bool ProgramRun::host_gave_up() const {
  return end_.ending.exit_status == kOwnFailureStatus && ArenaReader(arena_.bytes()).processes(1).empty();
}

Recording ProgramRun::recording() const {
  const ArenaReader reader(arena_.bytes());
  return collect({context_, reader, ended_processes_, end_, pid_, getpid(), began_, ended_, true});
}

}  // namespace pyharness

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/record/recording.h"
#include "harness/record/run_context.h"
#include "harness/supervise/interpreter.h"
#include "harness/supervise/signal_relay.h"

namespace pyharness {

/// Runs the measured program once more without any hook and says in `measured` how long it took (RunInfo::verified), or
/// why that is not known, in a note. Its stdout and stderr go nowhere; `input` is its stdin where ours will not do.
/// `context` is that of the measured run. A program that was ended by a signal is not run again: somebody wanted it to
/// end. Nothing that fails here is an error: the measured run is over.
void verify(RunInfo& measured, const Interpreter& interpreter, RunContext context, std::optional<int> input,
            SignalRelay& relay) noexcept;

}  // namespace pyharness

#pragma once

#include <sys/resource.h>

#include <optional>
#include <string>

#include "harness/record/arena_reader.h"
#include "harness/record/recording.h"

namespace pyharness {

/// The recording of an arena that is not ours, of which this is a copy: kept in a file, or of a program that still
/// runs. It has a header. How the run ended is what pyharness wrote there; where it could not, `still_runs` tells the
/// two apart: a run that goes on is reported as of now, one whose pyharness was killed as of the last moment at which
/// it is known to have run. Throws Failure where the arena tells too little or nonsense; `name` is for that sentence.
Recording report_of_arena(const ArenaReader& arena, const std::string& name, bool still_runs);

/// The same of the file of --keep; nothing where `path` is not one. Throws Failure.
std::optional<Recording> read_kept(const std::string& path);

}  // namespace pyharness

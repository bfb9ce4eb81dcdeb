#pragma once

#include <string_view>

#include "harness/record/change.h"

namespace pyharness {

// The words of kinds and directions in formats that programs read.

constexpr std::string_view word_of(Subject::Kind kind) {
  switch (kind) {
    case Subject::Kind::kProgram:
      break;
    case Subject::Kind::kFunction:
      return "function";
    case Subject::Kind::kLine:
      return "line";
    case Subject::Kind::kTimer:
      return "timer";
    case Subject::Kind::kStatement:
      return "statement";
  }
  return "program";
}

constexpr std::string_view word_of(Direction direction) {
  switch (direction) {
    case Direction::kWorse:
      return "worse";
    case Direction::kBetter:
      return "better";
    case Direction::kUntold:
      return "untold";
    case Direction::kSame:
      break;
  }
  return "same";
}

}  // namespace pyharness

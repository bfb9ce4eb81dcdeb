#pragma once

#include <string>
#include <utility>

#include "harness/base/error.h"

namespace pyharness::testing {

/// The sentence of the Failure that `action` throws; empty where it throws none.
template <class Action>
std::string failure_of(Action&& action) {
  try {
    std::forward<Action>(action)();
  } catch (const Failure& failure) {
    return failure.what();
  }
  return {};
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace pyharness::testing

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// Every *_target.cpp here defines the one function that libFuzzer calls, over and over, with bytes that it makes up.
// What is wrong must end the process: by a sanitizer, by an exception that nobody catches, or by require().

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace pyharness::fuzz {

/// Ends the process where `holds` is not so; `what` says what was promised.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "promised, and not so: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace pyharness::fuzz

#pragma once

#include <cstdint>
#include <string>

namespace pyharness {

/// "1.23 s", "4.56 ms", "789 us", "12 ns": three significant digits.
std::string human_time(std::uint64_t ns);

/// "1.2 GiB", "34.5 MiB", "678 KiB", "9 B".
std::string human_bytes(std::uint64_t bytes);

/// "1,234,567".
std::string human_count(std::uint64_t count);

}  // namespace pyharness

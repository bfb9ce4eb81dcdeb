#include "harness/base/units.h"

#include <fmt/format.h>

namespace pyharness {

std::string human_time(std::uint64_t ns) {
  if (ns < 1000) return fmt::format("{} ns", ns);
  const auto value = static_cast<double>(ns);
  // Three significant digits. Rounding must not show "1000 us": the next unit starts where it would.
  const auto figure = [](double scaled, const char* unit) {
    return fmt::format("{:.{}f} {}", scaled, scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0, unit);
  };
  if (value < 999.5e3) return figure(value / 1e3, "us");
  if (value < 999.5e6) return figure(value / 1e6, "ms");
  return figure(value / 1e9, "s");
}

std::string human_bytes(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes < 1024) return fmt::format("{} B", bytes);
  if (value < 1023.95 * 1024) return fmt::format("{:.1f} KiB", value / 1024);
  if (value < 1023.95 * 1024 * 1024) return fmt::format("{:.1f} MiB", value / (1024.0 * 1024));
  return fmt::format("{:.1f} GiB", value / (1024.0 * 1024 * 1024));
}

std::string human_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

}  // namespace pyharness

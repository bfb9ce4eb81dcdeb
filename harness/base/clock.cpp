#include "harness/base/clock.h"

#include <cmath>
#include <fstream>
#include <limits>

namespace pyharness {

ClockSource best_clock_source() {
#if defined(__x86_64__)
  std::ifstream file("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  std::string name;
  if (file >> name && name == "tsc") return ClockSource::kTsc;
#endif
  return ClockSource::kSystem;
}

Ticks read_clock(ClockSource source) noexcept {
  return source == ClockSource::kTsc ? TscClock::now() : SystemClock::now();
}

std::string_view name_of(ClockSource source) { return source == ClockSource::kTsc ? "tsc" : "clock_monotonic"; }

ClockPair ClockPair::now(ClockSource source) noexcept {
  // The reading with the smallest gap around it: an interrupt between the two clocks would bend the calibration.
  ClockPair best;
  std::uint64_t best_gap = ~std::uint64_t{0};
  for (int attempt = 0; attempt < 5; ++attempt) {
    const std::uint64_t before = SystemClock::now();
    const Ticks ticks = read_clock(source);
    const std::uint64_t after = SystemClock::now();
    if (after - before < best_gap) {
      best_gap = after - before;
      best = {ticks, before + (after - before) / 2};
    }
  }
  return best;
}

TickScale::TickScale(ClockPair begin, ClockPair end) {
  if (end.system_ns <= begin.system_ns || end.ticks <= begin.ticks) return;
  const long double ratio =
      static_cast<long double>(end.ticks - begin.ticks) / static_cast<long double>(end.system_ns - begin.system_ns);
  ticks_per_second_ = static_cast<std::uint64_t>(std::llround(ratio * 1e9L));
}

std::uint64_t TickScale::to_ns(Ticks ticks) const {
  // In two steps: ticks * 10^9 passes 64 bits after seven seconds.
  const std::uint64_t seconds = ticks / ticks_per_second_;
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (seconds >= kMost / 1'000'000'000) return kMost;
  const std::uint64_t rest = ticks % ticks_per_second_;
  return seconds * 1'000'000'000 + static_cast<std::uint64_t>(static_cast<long double>(rest) * 1e9L /
                                                              static_cast<long double>(ticks_per_second_));
}

}  // namespace pyharness

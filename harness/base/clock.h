#pragma once

#include <time.h>

#include <concepts>
#include <cstdint>
#include <string>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace pyharness {

/// A reading of the run's clock: TSC cycles or nanoseconds, as ClockSource says. Only differences mean anything.
using Ticks = std::uint64_t;

enum class ClockSource : std::uint32_t { kSystem = 0, kTsc = 1 };

/// What recorders read time from; a type and not an object, so that a reading costs no indirection.
template <class C>
concept Clock = requires {
  { C::now() }
  noexcept->std::same_as<Ticks>;
};

/// CLOCK_MONOTONIC in nanoseconds: 25 ns a reading.
struct SystemClock {
  static Ticks now() noexcept {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<Ticks>(time.tv_sec) * 1'000'000'000 + static_cast<Ticks>(time.tv_nsec);
  }
};

/// The time stamp counter: 10 ns a reading. Right only where the kernel trusts it (best_clock_source).
struct TscClock {
  static Ticks now() noexcept {
#if defined(__x86_64__)
    return __rdtsc();
#else
    return SystemClock::now();
#endif
  }
};

/// The TSC where the kernel itself keeps time by it (so it is constant, does not stop and agrees between cores), else
/// the system's clock.
ClockSource best_clock_source();

/// Reads the clock `source`; for cold code, which does not know the source at compile time.
Ticks read_clock(ClockSource source) noexcept;

std::string_view name_of(ClockSource source);

/// One moment on both clocks. Two of them, taken far apart, calibrate the ticks between.
struct ClockPair {
  Ticks ticks = 0;
  std::uint64_t system_ns = 0;

  static ClockPair now(ClockSource source) noexcept;
};

/// Turns ticks into nanoseconds, calibrated over the whole run: two readings 20 ms apart already agree to a few parts
/// in a million.
class TickScale {
 public:
  TickScale() = default;
  TickScale(ClockPair begin, ClockPair end);

  /// Held within 64 signed bits, 292 years: ticks may be anything.
  [[nodiscard]] std::uint64_t to_ns(Ticks ticks) const;
  [[nodiscard]] std::uint64_t ticks_per_second() const { return ticks_per_second_; }

 private:
  std::uint64_t ticks_per_second_ = 1'000'000'000;
};

}  // namespace pyharness

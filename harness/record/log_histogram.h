#pragma once

#include <bit>
#include <cstdint>
#include <map>

namespace pyharness {

// How often which durations were seen, in buckets that grow with them: 64 to each power of two. Durations below 128
// have a bucket each; the middle of any other is off by at most one part in 128 (kMostError).

inline constexpr std::uint32_t kSubBuckets = 64;
inline constexpr std::uint32_t kOctaves = 59;  // of all 64-bit durations; the first holds those below 64
inline constexpr std::uint32_t kBuckets = kOctaves * kSubBuckets;
inline constexpr double kMostError = 1.0 / (2 * kSubBuckets);

/// Which of a histogram's buckets.
struct BucketPlace {
  std::uint32_t octave = 0;
  std::uint32_t within = 0;  // below kSubBuckets
};

constexpr BucketPlace bucket_place(std::uint64_t duration) noexcept {
  constexpr unsigned kSubBits = 6;
  const auto shift = static_cast<std::uint32_t>(std::bit_width(duration | (kSubBuckets - 1))) - kSubBits;
  if (shift == 0) return {0, static_cast<std::uint32_t>(duration)};
  return {shift, static_cast<std::uint32_t>(duration >> (shift - 1)) & (kSubBuckets - 1)};
}

/// As one number below kBuckets, ascending with the duration.
constexpr std::uint32_t bucket_of(std::uint64_t duration) noexcept {
  const BucketPlace place = bucket_place(duration);
  return place.octave * kSubBuckets + place.within;
}

/// What stands for all durations of bucket `number`, which must be below kBuckets.
constexpr std::uint64_t bucket_middle(std::uint32_t number) noexcept {
  const std::uint32_t octave = number / kSubBuckets;
  const std::uint64_t within = number % kSubBuckets;
  if (octave == 0) return within;
  const std::uint64_t width = std::uint64_t{1} << (octave - 1);
  return ((kSubBuckets + within) << (octave - 1)) + (width - 1) / 2;
}

/// How many there are in each bucket, by its number; none is there with a count of 0.
using LogHistogram = std::map<std::uint32_t, std::uint64_t>;

/// The middle of the bucket that holds the duration which `share` of all (from 0 to 1) do not exceed; 0 of none.
std::uint64_t quantile(const LogHistogram& histogram, double share);

}  // namespace pyharness

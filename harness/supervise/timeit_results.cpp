#include "harness/supervise/timeit_results.h"

#include <charconv>
#include <limits>

#include "harness/base/words.h"

namespace pyharness {
namespace {

std::optional<std::vector<std::uint64_t>> read_counts(const std::string& line) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  std::vector<std::uint64_t> counts;
  for (const std::string& word : split(line, ' ')) {
    std::uint64_t& count = counts.emplace_back();
    const char* end = word.data() + word.size();
    if (const auto read = std::from_chars(word.data(), end, count); read.ec != std::errc{} || read.ptr != end)
      return std::nullopt;
    if (count > kMost) return std::nullopt;
  }
  return counts;
}

}  // namespace

std::optional<std::vector<TimedStatement>> read_timed(const std::string& text, std::size_t statements,
                                                      std::size_t repeats) {
  std::vector<TimedStatement> timed;
  for (const std::string& line : split(text, '\n')) {
    const auto counts = read_counts(line);
    if (!counts || counts->size() != 1 + 2 * repeats || counts->front() == 0) return std::nullopt;
    const auto totals = counts->begin() + 1;
    const auto empties = totals + static_cast<std::ptrdiff_t>(repeats);
    timed.push_back({counts->front(), {totals, empties}, {empties, counts->end()}});
  }
  return timed.size() == statements ? std::optional(std::move(timed)) : std::nullopt;
}

}  // namespace pyharness

#include "harness/record/alignment.h"

#include <algorithm>
#include <cstdint>

namespace pyharness {
namespace {

constexpr std::size_t kMostCells = 16'000'000;  // of the dynamic programme: 4,000 lines against 4,000

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> align(const std::vector<std::string>& base,
                                                       const std::vector<std::string>& head) {
  std::size_t front = 0;
  while (front < base.size() && front < head.size() && base[front] == head[front]) ++front;
  std::size_t back = 0;
  while (back < base.size() - front && back < head.size() - front &&
         base[base.size() - 1 - back] == head[head.size() - 1 - back])
    ++back;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < front; ++i) pairs.emplace_back(i, i);

  const std::size_t rows = base.size() - front - back;
  const std::size_t columns = head.size() - front - back;
  if (rows != 0 && columns != 0 && rows <= kMostCells / columns) {
    // longest[i][k]: of base from i on and head from k on.
    std::vector<std::uint32_t> longest((rows + 1) * (columns + 1), 0);
    const auto at = [&](std::size_t i, std::size_t k) -> std::uint32_t& { return longest[i * (columns + 1) + k]; };
    for (std::size_t i = rows; i-- > 0;) {
      for (std::size_t k = columns; k-- > 0;) {
        at(i, k) = base[front + i] == head[front + k] ? at(i + 1, k + 1) + 1 : std::max(at(i + 1, k), at(i, k + 1));
      }
    }
    for (std::size_t i = 0, k = 0; i < rows && k < columns;) {
      if (base[front + i] == head[front + k]) {
        pairs.emplace_back(front + i++, front + k++);
      } else if (at(i + 1, k) >= at(i, k + 1)) {
        ++i;
      } else {
        ++k;
      }
    }
  }
  for (std::size_t i = back; i-- > 0;) pairs.emplace_back(base.size() - 1 - i, head.size() - 1 - i);
  return pairs;
}

}  // namespace pyharness

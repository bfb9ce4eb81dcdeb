#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace pyharness {

/// Pairs of indices of equal elements, ascending on both sides: a longest common subsequence (Hunt and McIlroy 1976, by
/// dynamic programming after equal ends are cut off). Between two very long inputs only the equal ends are aligned.
std::vector<std::pair<std::size_t, std::size_t>> align(const std::vector<std::string>& base,
                                                       const std::vector<std::string>& head);

}  // namespace pyharness

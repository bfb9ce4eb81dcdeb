#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pyharness {

/// A word of --sort and the order that it asks for; several words may mean the same.
struct SortKey {
  std::string_view word;   // "cumtime"
  std::string_view order;  // "cumulative time", as the report says it
};

/// What the text of one section can be ordered by.
struct SectionSortKeys {
  std::string_view section;
  std::span<const SortKey> keys;
};

/// The sections whose text takes --sort.
std::span<const SectionSortKeys> sections_with_sort_keys();
/// Those of one section; none where its text takes no --sort.
std::span<const SortKey> sort_keys_of(std::string_view section);

/// The order that `word` asks for: it is a key, or begins keys that all mean the same. Empty where it is unknown or
/// ambiguous.
std::string_view order_of(std::span<const SortKey> keys, std::string_view word);

/// What the comma list `sort` asks of these keys, most important first. Words that they do not know are left out: they
/// are another section's.
std::vector<std::string_view> orders_of(std::span<const SortKey> keys, std::string_view sort);

/// Throws Failure where a word of the comma list `sort` is known to none of these sections.
void check_sort(std::string_view sort, std::span<const std::string> sections);

}  // namespace pyharness

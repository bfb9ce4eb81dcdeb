#include "reporters/text/sort_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.h"
#include "harness/base/words.h"

namespace pyharness {
namespace {

constexpr SortKey kLineKeys[] = {{"time", "time"}, {"hits", "hits"}, {"file", "file"}, {"name", "name"}};

// pstats' words, with what it calls these orders.
constexpr SortKey kProfileKeys[] = {
    {"time", "internal time"},
    {"tottime", "internal time"},
    {"cumulative", "cumulative time"},
    {"cumtime", "cumulative time"},
    {"calls", "call count"},
    {"ncalls", "call count"},
    {"pcalls", "primitive call count"},
    {"name", "function name"},
    {"filename", "file name"},
    {"module", "file name"},
    {"line", "line number"},
    {"nfl", "name/file/line"},
    {"stdname", "standard name"},
};

constexpr SortKey kAllocKeys[] = {{"peak", "peak"}, {"live", "live"}, {"total", "total"}, {"count", "count"}};

constexpr SectionSortKeys kSections[] = {{"profile", kProfileKeys}, {"line", kLineKeys}, {"alloc", kAllocKeys}};

std::string words_of(std::span<const SortKey> keys) {
  std::string words;
  for (const SortKey& key : keys) words += fmt::format("{}{}", words.empty() ? "" : ", ", key.word);
  return words;
}

}  // namespace

std::span<const SectionSortKeys> sections_with_sort_keys() { return kSections; }

std::span<const SortKey> sort_keys_of(std::string_view section) {
  for (const SectionSortKeys& keys : kSections) {
    if (keys.section == section) return keys.keys;
  }
  return {};
}

std::string_view order_of(std::span<const SortKey> keys, std::string_view word) {
  std::string_view order;
  for (const SortKey& key : keys) {
    if (key.word == word) return key.order;
  }
  for (const SortKey& key : keys) {
    if (!key.word.starts_with(word)) continue;
    if (!order.empty() && order != key.order) return {};
    order = key.order;
  }
  return order;
}

std::vector<std::string_view> orders_of(std::span<const SortKey> keys, std::string_view sort) {
  std::vector<std::string_view> orders;
  for (const std::string& word : split(sort, ',')) {
    if (const std::string_view order = order_of(keys, word); !order.empty()) orders.push_back(order);
  }
  return orders;
}

void check_sort(std::string_view sort, std::span<const std::string> sections) {
  std::vector<SectionSortKeys> here;
  std::string choice;
  for (const SectionSortKeys& section : kSections) {
    if (std::find(sections.begin(), sections.end(), section.section) == sections.end()) continue;
    here.push_back(section);
    choice += fmt::format("{}{} takes {}", choice.empty() ? "" : "; ", section.section, words_of(section.keys));
  }
  for (const std::string& word : split(sort, ',')) {
    const bool known = std::any_of(here.begin(), here.end(), [&](const SectionSortKeys& section) {
      return !order_of(section.keys, word).empty();
    });
    if (known) continue;
    if (here.empty()) throw Failure("--sort has nothing to order without --mode=profile, --mode=line or --mode=alloc.");
    throw Failure(fmt::format("--sort={} is no order here: {}.", printable(word), choice));
  }
}

}  // namespace pyharness

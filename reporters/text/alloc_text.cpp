// Memory by line, in the form of tracemalloc's statistics.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "harness/base/units.h"
#include "harness/base/words.h"
#include "harness/record/saturated.h"
#include "reporters/text/sort_keys.h"
#include "reporters/text/text_parts.h"

namespace pyharness {
namespace {

using Site = AllocSites::Site;
using Figure = std::uint64_t Site::*;

constexpr std::size_t kShownSites = 10;  // where --top says nothing, as in tracemalloc's own examples

/// What the sites are ordered by, and what size and count then mean.
struct Order {
  std::string_view name;  // as for --sort
  std::string_view words;
  Figure bytes;
  Figure count;
  bool by_count;
};
constexpr Order kOrders[] = {
    {"peak", "by what they held when the program held the most", &Site::peak_bytes, &Site::peak_count, false},
    {"live", "by what they still held at the end", &Site::live_bytes, &Site::live_count, false},
    {"total", "by all that they ever allocated", &Site::total_bytes, &Site::total_count, false},
    {"count", "by how many blocks they ever allocated", &Site::total_bytes, &Site::total_count, true},
};

// The orders that --sort asks for, most important first; by the peak where it asks for none.
std::vector<const Order*> orders_in(const ReportStyle& style) {
  std::vector<const Order*> orders;
  for (const std::string_view name : orders_of(sort_keys_of("alloc"), style.sort)) {
    for (const Order& order : kOrders) {
      if (order.name == name) orders.push_back(&order);
    }
  }
  if (orders.empty()) orders.push_back(&kOrders[0]);
  return orders;
}

Figure rank_of(const Order& order) { return order.by_count ? order.count : order.bytes; }

// As tracemalloc writes sizes: three digits or more, so that 2048 B and 9.9 MiB can be told apart from their
// neighbours.
std::string size_text(double size) {
  constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  for (std::size_t i = 0;; ++i) {
    if (size < 100 && i != 0) return fmt::format("{:.1f} {}", size, kUnits[i]);
    if (size < 10 * 1024 || i + 1 == kUnits.size()) return fmt::format("{:.0f} {}", size, kUnits[i]);
    size /= 1024;
  }
}

std::string size_text(std::uint64_t bytes) { return size_text(static_cast<double>(bytes)); }

std::string blocks(std::uint64_t count) { return human_count(count) + (count == 1 ? " block" : " blocks"); }

std::string figures_text(std::uint64_t bytes, std::uint64_t count) {
  std::string text = fmt::format("size={}, count={}", size_text(bytes), count);
  if (count != 0)
    text += fmt::format(", average={}", size_text(static_cast<double>(bytes) / static_cast<double>(count)));
  return text;
}

bool has_line(const Site& site) { return site.key.file != "~"; }

// Of a long path the end tells more than the beginning.
std::string end_of(const std::string& text, std::size_t columns) {
  constexpr std::string_view kDots = "...";
  if (display_width(text) <= columns || columns <= kDots.size()) return text;
  constexpr std::size_t kMostBytes = 4;  // of a character: only where some take no column would more fit
  std::size_t at = text.size() - std::min(text.size(), kMostBytes * columns);
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  while (at < text.size() && display_width(text.substr(at)) > columns - kDots.size()) {
    do ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);  // within a character
  }
  return std::string(kDots) + text.substr(at);
}

// The figures are never cut off; what is too long is the place.
std::string head_of(const Site& site, const Order& order, const RunInfo& run, const ReportStyle& style) {
  const std::string figures = ": " + figures_text(site.*order.bytes, site.*order.count);
  const std::string place = has_line(site) ? fmt::format("{}:{}", short_file(site.key.file, run.root), site.key.line)
                                           : printable(site.key.name);
  if (style.width == 0) return place + figures + "\n";
  return end_of(place, style.width - std::min(style.width - 1, figures.size())) + figures + "\n";
}

std::string summary(const AllocSites& alloc, const ReportStyle& style) {
  const std::uint64_t temporary = alloc.sum_of(&Site::temporary_count);
  return Paint(style.color)
      .bold(
          prose(fmt::format("Alloc: the program held {} at its peak and {} at its end. It allocated {} in {}; {} were "
                            "temporary: freed before their line asked for another.",
                            size_text(alloc.peak_bytes()), size_text(alloc.live_bytes()),
                            size_text(alloc.total_bytes()), blocks(alloc.total_count()), human_count(temporary)),
                style));
}

std::string site_text(const Recording& recording, const Site& site, const Order& order, std::uint64_t whole,
                      const ReportStyle& style) {
  const Paint paint(style.color);
  const std::string head = head_of(site, order, recording.run, style);
  std::string text = heated(paint, head, share(static_cast<std::int64_t>(site.*order.bytes), whole));
  if (recording.source_line(site.key.file, site.key.line) != nullptr)
    text += text_line("    " + code_at(recording, site.key.file, site.key.line), style);
  return text + paint.dim(fmt::format("    peak {}, end {}, total {}: {}, {} temporary\n", size_text(site.peak_bytes),
                                      size_text(site.live_bytes), size_text(site.total_bytes), blocks(site.total_count),
                                      human_count(site.temporary_count)));
}

// A line is one row, whichever of its functions allocated (a comprehension is one of its own).
std::vector<Site> rows_of(const AllocSites& alloc) {
  std::map<FunctionKey, AllocSites> lines;
  for (const Site& site : alloc.sites) {
    FunctionKey key = site.key;
    if (has_line(site)) key.name.clear();
    lines[key].sites.push_back(site);
  }
  std::vector<Site> rows;
  for (const auto& [key, line] : lines) {
    Site& row = rows.emplace_back();
    row.key = key;
    for (const Figure figure : {&Site::live_bytes, &Site::live_count, &Site::total_bytes, &Site::total_count,
                                &Site::peak_bytes, &Site::peak_count, &Site::temporary_count})
      row.*figure = line.sum_of(figure);
  }
  return rows;
}

}  // namespace

std::string alloc_text(const Recording& recording, const AllocSites& alloc, const ReportStyle& style) {
  const std::vector<const Order*> orders = orders_in(style);
  std::vector<Site> rows = rows_of(alloc);
  for (auto order = orders.rbegin(); order != orders.rend(); ++order) {
    const Figure rank = rank_of(**order);
    std::stable_sort(rows.begin(), rows.end(), [&](const Site& a, const Site& b) { return a.*rank > b.*rank; });
  }
  const Order& order = *orders.front();
  const Figure rank = rank_of(order);
  const std::size_t most = style.top.value_or(kShownSites);
  std::size_t shown = most == 0 ? rows.size() : std::min(rows.size(), most);
  while (shown != 0 && rows[shown - 1].*rank == 0) --shown;

  std::string text = summary(alloc, style) + "\n";
  text += text_line(fmt::format("[ Top {} ] {}", shown, order.words), style);
  const std::uint64_t whole = alloc.sum_of(order.bytes);
  for (std::size_t i = 0; i < shown; ++i) text += site_text(recording, rows[i], order, whole, style);
  if (shown < rows.size()) {
    std::uint64_t bytes = 0;
    std::uint64_t count = 0;
    for (std::size_t i = shown; i < rows.size(); ++i) {
      bytes = add_saturated(bytes, rows[i].*order.bytes);
      count = add_saturated(count, rows[i].*order.count);
    }
    text += text_line(fmt::format("{} other: {}", human_count(rows.size() - shown), figures_text(bytes, count)), style);
  }
  return text + "\n";
}

}  // namespace pyharness

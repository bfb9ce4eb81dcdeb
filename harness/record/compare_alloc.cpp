// Memory by the line that asked for it, and by function. Bytes and blocks are exact.
#include "harness/record/compare_parts.h"

namespace pyharness {
namespace {

using Site = AllocSites::Site;
using Side = std::optional<double> Figure::*;
using LineOf = std::optional<std::uint32_t> Subject::*;

struct SiteFigure {
  const char* name;
  Unit unit;
  MergeRule merge;
  bool detail;
  std::uint64_t Site::*value;
};

// A peak is that of one run, all else adds up over them.
constexpr SiteFigure kFigures[] = {
    {"peak_bytes", Unit::kBytes, MergeRule::kMaximum, false, &Site::peak_bytes},
    {"total_bytes", Unit::kBytes, MergeRule::kAdd, false, &Site::total_bytes},
    {"total_count", Unit::kCount, MergeRule::kAdd, false, &Site::total_count},
    {"live_bytes", Unit::kBytes, MergeRule::kAdd, false, &Site::live_bytes},
    {"live_count", Unit::kCount, MergeRule::kAdd, true, &Site::live_count},
    {"peak_count", Unit::kCount, MergeRule::kMaximum, true, &Site::peak_count},
    {"temporary_count", Unit::kCount, MergeRule::kAdd, true, &Site::temporary_count},
};

void add(Subject& subject, const Site& site, Side side) {
  if (subject.figures.empty()) {
    for (const SiteFigure& figure : kFigures)
      subject.figures.push_back({figure.name, figure.unit, true, figure.merge,
                                 figure.detail || subject.kind == Subject::Kind::kFunction});  // its lines say it
  }
  for (std::size_t i = 0; i < std::size(kFigures); ++i) {
    std::optional<double>& value = subject.figures[i].*side;
    value = value.value_or(0) + static_cast<double>(site.*kFigures[i].value);
  }
}

/// Lines of one text in one function are told apart by their order.
using SiteName = std::tuple<std::string, std::string, std::string, std::size_t>;

}  // namespace

SectionComparison compare_section(const Sides& sides, const AllocSites& base, const AllocSites& head) {
  Subject program;
  std::map<std::pair<std::string, std::string>, Subject> functions;
  std::map<SiteName, Subject> lines;
  const auto add_side = [&](const Recording& recording, const AllocSites& alloc, Side side, LineOf line) {
    std::map<std::tuple<std::string, std::string, std::string>, std::size_t> seen;
    add(program, {}, side);  // a side without any site has figures all the same
    for (const Site& site : alloc.sites) {
      const bool in_file = site.key.file != "~";
      const std::string file = in_file ? sides.shared_name(recording, site.key.file) : "";
      const std::string* source = recording.source_line(site.key.file, site.key.line);
      const std::string identity = source != nullptr ? *source : std::to_string(site.key.line);
      Subject& of_line = lines[{file, site.key.name, identity, seen[{file, site.key.name, identity}]++}];
      of_line.kind = Subject::Kind::kLine;
      if (source != nullptr) of_line.text = *source;
      Subject& of_function = functions[{file, site.key.name}];
      of_function.kind = Subject::Kind::kFunction;
      if (in_file) of_line.*line = site.key.line;
      for (Subject* subject : {&program, &of_function, &of_line}) add(*subject, site, side);
      for (Subject* subject : {&of_function, &of_line}) {
        subject->file = file;
        subject->name = site.key.name;
      }
    }
  };
  add_side(sides.base, base, &Figure::base, &Subject::base_line);
  add_side(sides.head, head, &Figure::head, &Subject::head_line);
  SectionComparison section{"", {std::move(program)}};
  for (auto& [key, subject] : functions) section.subjects.push_back(std::move(subject));
  for (auto& [key, subject] : lines) section.subjects.push_back(std::move(subject));
  return section;
}

}  // namespace pyharness

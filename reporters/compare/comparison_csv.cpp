#include "reporters/compare/comparison_reporter.h"
#include "reporters/compare/figure_words.h"
#include "reporters/csv/csv_table.h"

namespace pyharness {
namespace {

void add(CsvTable& csv, const auto& figure) {
  if (figure) {
    csv.cell(*figure);
  } else {
    csv.cell(std::string_view());
  }
}

}  // namespace

std::string comparison_csv(const Comparison& comparison, const ReportStyle& /*style*/) {
  CsvTable csv;
  for (const std::string_view head :
       {"section", "kind", "file", "name", "base_line", "head_line", "figure", "base", "head", "change", "verdict"})
    csv.cell(head);
  csv.end_row();
  for (const SectionComparison& section : comparison.sections) {
    for (const Subject& subject : section.subjects) {
      for (const Figure& figure : subject.figures) {
        csv.cell(std::string_view(section.section));
        csv.cell(word_of(subject.kind));
        csv.cell(std::string_view(subject.file));
        csv.cell(std::string_view(subject.name));
        add(csv, subject.base_line);
        add(csv, subject.head_line);
        csv.cell(std::string_view(figure.name));
        add(csv, figure.base);
        add(csv, figure.head);
        csv.cell(figure.change());
        csv.cell(word_of(direction_of(figure)));
        csv.end_row();
      }
    }
  }
  return csv.text();
}

}  // namespace pyharness

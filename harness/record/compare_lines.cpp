// Lines, aligned by their text within each function. Hits are exact, times are those of the runs added up.
#include <algorithm>

#include "harness/record/alignment.h"
#include "harness/record/compare_parts.h"
#include "harness/record/merge.h"

namespace pyharness {
namespace {

using FunctionPair = std::pair<const LineTable::Function*, const LineTable::Function*>;
using Side = std::optional<double> Figure::*;

class LineComparison {
 public:
  LineComparison(const Sides& sides, const LineTable& base, const LineTable& head) : sides_(sides) {
    columns_ = head.columns;
    pair_functions(sides.base, base, &FunctionPair::first);
    pair_functions(sides.head, head, &FunctionPair::second);
  }

  [[nodiscard]] SectionComparison run() const {
    Subject program;
    program.figures = summable_figures();
    for (Figure& sum : program.figures) sum.base = sum.head = 0;  // a side without any line has figures all the same
    std::vector<Subject> functions;
    std::vector<Subject> lines;
    for (const auto& [key, pair] : pairs_) {
      functions.push_back(function_of(key, pair));
      align_lines(functions.back(), pair, lines);
      for (Figure& sum : program.figures) {
        const Figure* part = functions.back().figure(sum.name);
        add(sum.base, part->base);
        add(sum.head, part->head);
      }
    }
    SectionComparison section{"", {std::move(program)}};
    std::move(functions.begin(), functions.end(), std::back_inserter(section.subjects));
    std::move(lines.begin(), lines.end(), std::back_inserter(section.subjects));
    return section;
  }

 private:
  static void add(std::optional<double>& into, const std::optional<double>& value) {
    if (value) into = into.value_or(0) + *value;
  }

  void pair_functions(const Recording& side_of, const LineTable& table,
                      const LineTable::Function* FunctionPair::*side) {
    NameCounter counter(sides_, side_of);
    for (const LineTable::Function& function : table.functions) pairs_[counter.number(function.key)].*side = &function;
  }

  static Figure figure_of(const Column& column) {
    // Beside time_ns the other times are read in the recording's own report.
    const bool detail = column.unit == Unit::kNanoseconds && column.name != "time_ns";
    return {column.name, column.unit, column.unit != Unit::kNanoseconds, column.merge, detail};
  }

  // Times with calls count the same time in the line that calls and in those that are called: no sum has a meaning.
  [[nodiscard]] std::vector<Figure> summable_figures() const {
    std::vector<Figure> figures;
    for (const Column& column : columns_) {
      if (column.unit != Unit::kNanoseconds || column.name == "own_ns") figures.push_back(figure_of(column));
    }
    return figures;
  }

  [[nodiscard]] Subject function_of(const NumberedName& key, const FunctionPair& pair) const {
    Subject function;
    function.kind = Subject::Kind::kFunction;
    function.file = std::get<0>(key);
    function.name = std::get<1>(key);
    function.figures = summable_figures();
    Figure total{"total_ns", Unit::kNanoseconds, false};
    const auto put = [&](const LineTable::Function* from, Side side, std::optional<std::uint32_t>& line) {
      if (from == nullptr) return;
      line = from->key.line;
      if (from->total_ns) total.*side = static_cast<double>(*from->total_ns);
      for (Figure& figure : function.figures) {
        figure.detail = true;  // its lines say it
        figure.*side = 0;
        const auto column = column_of(figure.name);
        for (const LineTable::Row& row : from->rows) *(figure.*side) += static_cast<double>(row.values[column]);
      }
    };
    put(pair.first, &Figure::base, function.base_line);
    put(pair.second, &Figure::head, function.head_line);
    function.figures.push_back(std::move(total));
    return function;
  }

  [[nodiscard]] std::size_t column_of(const std::string& name) const {
    std::size_t at = 0;
    while (columns_[at].name != name) ++at;
    return at;
  }

  // Without source, lines of equal distance from the function's start are taken for the same.
  static std::string identity_of(const Recording& recording, const LineTable::Function& function, std::uint32_t line) {
    const std::string* text = recording.source_line(function.key.file, line);
    if (text != nullptr) return *text;
    return "+" + std::to_string(static_cast<std::int64_t>(line) - static_cast<std::int64_t>(function.key.line));
  }

  static std::vector<std::string> identities(const Recording& recording, const LineTable::Function& function) {
    std::vector<std::string> all;
    for (const LineTable::Row& row : function.rows) all.push_back(identity_of(recording, function, row.line));
    return all;
  }

  void align_lines(const Subject& function, const FunctionPair& pair, std::vector<Subject>& into) const {
    static const LineTable::Function kNone;
    const LineTable::Function& before = pair.first != nullptr ? *pair.first : kNone;
    const LineTable::Function& after = pair.second != nullptr ? *pair.second : kNone;
    auto equal = align(identities(sides_.base, before), identities(sides_.head, after));
    equal.emplace_back(before.rows.size(), after.rows.size());  // the ends, so that the rest comes out too
    const auto add_line = [&](const LineTable::Row* base, const LineTable::Row* head) {
      Subject& line = into.emplace_back();
      line.kind = Subject::Kind::kLine;
      line.file = function.file;
      line.name = function.name;
      for (const Column& column : columns_) line.figures.push_back(figure_of(column));
      const auto put = [&](const LineTable::Row* row, Side side, std::optional<std::uint32_t>& number) {
        if (row == nullptr) return;
        number = row->line;
        for (std::size_t i = 0; i < columns_.size(); ++i) line.figures[i].*side = static_cast<double>(row->values[i]);
      };
      put(base, &Figure::base, line.base_line);
      put(head, &Figure::head, line.head_line);
      const std::string* text = head != nullptr ? sides_.head.source_line(after.key.file, head->line)
                                                : sides_.base.source_line(before.key.file, base->line);
      if (text != nullptr) line.text = *text;
    };
    std::size_t b = 0;
    std::size_t h = 0;
    for (const auto& [to_b, to_h] : equal) {
      for (; b < to_b; ++b) add_line(&before.rows[b], nullptr);
      for (; h < to_h; ++h) add_line(nullptr, &after.rows[h]);
      if (b < before.rows.size() && h < after.rows.size()) add_line(&before.rows[b++], &after.rows[h++]);
    }
  }

  Sides sides_;
  std::vector<Column> columns_;
  std::map<NumberedName, FunctionPair> pairs_;
};

}  // namespace

SectionComparison compare_section(const Sides& sides, const LineTable& base, const LineTable& head) {
  LineTable before = base;
  LineTable after = head;
  keep_common_columns(before, after);
  before = over_threads(std::move(before));  // the threads of two runs have nothing to do with each other
  after = over_threads(std::move(after));
  return LineComparison(sides, before, after).run();
}

}  // namespace pyharness

#include "reporters/lprof/lprof_reporter.h"

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/record/merge.h"
#include "reporters/support/pickle.h"

namespace pyharness {
namespace {

/// The table with the keys that the file has: functions that cannot be told apart by them are one.
LineTable by_keys_of_the_file(LineTable table) {
  for (LineTable::Function& function : table.functions) {
    function.key.file = valid_utf8(function.key.file);
    function.key.name = valid_utf8(function.key.name);
  }
  return over_threads(std::move(table));
}

void write_key(PickleWriter& pickle, const FunctionKey& key) {
  pickle.text(key.file);
  pickle.integer(key.line);
  pickle.text(key.name);
  pickle.tuple_of_three();
}

std::string file_of(const LineTable& table) {
  const std::size_t hits = table.column("hits");
  const std::size_t time = table.column("time_ns");
  PickleWriter pickle;
  // line_profiler 5 writes the class that inherits from this one, and reads both; 4 has only this one.
  pickle.object("line_profiler._line_profiler", "LineStats");
  pickle.dict();
  pickle.text("timings");
  pickle.dict();
  for (const LineTable::Function& function : table.functions) {
    write_key(pickle, function.key);
    pickle.list();
    for (const LineTable::Row& row : function.rows) {
      if (row.values[hits] == 0 && row.values[time] == 0) continue;  // line_profiler has no such entries
      pickle.integer(row.line);
      pickle.integer(row.values[hits]);
      pickle.integer(row.values[time]);
      pickle.tuple_of_three();
    }
    pickle.end_list();
  }
  pickle.end_dict();
  pickle.text("unit");
  pickle.real(1e-9);
  pickle.end_dict();
  pickle.end_object();
  return pickle.bytes();
}

class LprofReporter final : public Reporter {
 public:
  void write(const Recording& recording, Output& output) const override {
    const auto* table = recording.find<LineTable>("line");
    if (table == nullptr) throw Failure("the recording has no lines. Record them with --mode=line.");
    output.write(file_of(by_keys_of_the_file(*table)));
  }
};

}  // namespace

std::unique_ptr<Reporter> make_lprof_reporter(const ReportStyle&) { return std::make_unique<LprofReporter>(); }

}  // namespace pyharness

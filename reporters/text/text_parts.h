#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/record/recording.h"
#include "reporters/reporter.h"
#include "reporters/support/wording.h"

namespace pyharness {

/// ANSI colours where the style wants them; else the text as it is.
class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  [[nodiscard]] std::string bold(std::string_view text) const { return in("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return in("2", text); }
  [[nodiscard]] std::string hot(std::string_view text) const { return in("31", text); }
  [[nodiscard]] std::string warm(std::string_view text) const { return in("33", text); }

 private:
  // The line end stays outside: colour must not run into the next line.
  [[nodiscard]] std::string in(std::string_view code, std::string_view text) const {
    if (!on_) return std::string(text);
    const bool line_end = text.ends_with('\n');
    if (line_end) text.remove_suffix(1);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m" + (line_end ? "\n" : "");
  }
  bool on_;
};

/// `text`, cut to the style's width where it has one, with line end.
std::string text_line(std::string_view text, const ReportStyle& style);
/// A sentence with line end, broken between words at the style's width.
std::string prose(std::string_view text, const ReportStyle& style);
/// "SIGTERM", or "signal 77" where it has no name.
std::string signal_text(int signal);
/// A unit of times in tables.
struct TimeUnit {
  std::string_view name;
  double ns;
};
/// Of the name "s", "ms", "us" or "ns"; absent for any other.
std::optional<TimeUnit> time_unit(std::string_view name);

/// `line`, of a table where it stands for `percent` of the time, in the colour for that.
std::string heated(const Paint& paint, std::string_view line, double percent);

// The parts of the text report, in this order.
std::string header_text(const Recording& recording, const ReportStyle& style);
std::string profile_text(const Recording& recording, const CallGraph& graph, const ReportStyle& style);
std::string line_table_text(const Recording& recording, const LineTable& table, const ReportStyle& style);
std::string alloc_text(const Recording& recording, const AllocSites& alloc, const ReportStyle& style);
/// The first line is that of `python -m timeit`.
std::string timeit_text(const Recording& recording, const TimeitStatements& timeit, const ReportStyle& style);
std::string timer_text(const TimerRuns& timer, const ReportStyle& style);
/// Empty where nothing was timed by name.
std::string named_timer_text(const TimerRuns& timer, const ReportStyle& style);
/// Empty where there was one process.
std::string process_text(const Recording& recording, const ReportStyle& style);
std::string footer_text(const Recording& recording, const ReportStyle& style);

}  // namespace pyharness

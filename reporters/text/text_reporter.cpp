#include "reporters/text/text_reporter.h"

#include "reporters/text/text_parts.h"

namespace pyharness {
namespace {

class TextReporter final : public Reporter {
 public:
  explicit TextReporter(ReportStyle style) : style_(std::move(style)) {}

  void write(const Recording& recording, Output& output) const override {
    // Timed statements begin with the line that timeit begins with; what runs say of themselves is not asked for there.
    if (const auto* timeit = recording.find<TimeitStatements>("timeit")) {
      output.write(timeit_text(recording, *timeit, style_));
      if (recording.sections.size() == 1) return;
      output.write("\n");
    }
    output.write(header_text(recording, style_));
    if (const auto* calls = recording.find<CallGraph>("profile")) output.write(profile_text(recording, *calls, style_));
    if (const auto* lines = recording.find<LineTable>("line")) output.write(line_table_text(recording, *lines, style_));
    if (const auto* alloc = recording.find<AllocSites>("alloc")) output.write(alloc_text(recording, *alloc, style_));
    if (const auto* timer = recording.find<TimerRuns>("timer"))
      output.write(timer_text(*timer, style_) + named_timer_text(*timer, style_));
    output.write(process_text(recording, style_));
    output.write(footer_text(recording, style_));
  }

 private:
  ReportStyle style_;
};

}  // namespace

std::unique_ptr<Reporter> make_text_reporter(const ReportStyle& style) { return std::make_unique<TextReporter>(style); }

}  // namespace pyharness

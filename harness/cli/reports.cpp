#include "harness/cli/reports.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <new>

#include "harness/base/error.h"
#include "harness/base/log.h"
#include "harness/base/standard_streams.h"
#include "harness/cli/plan_check.h"
#include "reporters/compare/comparison_reporter.h"
#include "reporters/reporter.h"

namespace pyharness {
namespace {

// NO_COLOR and TERM=dumb: https://no-color.org
bool wants_color(const Output& output, Presentation::Color wish) {
  if (wish != Presentation::Color::kAuto) return wish == Presentation::Color::kAlways;
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return output.is_terminal() && (no_color == nullptr || *no_color == '\0') && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

// A file has no width; a terminal's lines are cut to it.
std::size_t width_of(const Output& output, int descriptor) {
  if (!output.is_terminal()) return 0;
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col != 0 ? size.ws_col : 80;
}

// Writes and commits, whatever `action` throws.
Written write_one(std::string_view format, Output& output, const std::function<void()>& action) {
  std::string reason;
  try {
    action();
    output.commit();
    return Written::kWhole;
  } catch (const BrokenPipe& left) {
    if (output.label() == "-") return Written::kUnread;
    reason = left.what();
  } catch (const std::bad_alloc&) {
    reason = kNoMemory;
  } catch (const std::exception& error) {
    reason = error.what();
  } catch (...) {
    reason = "its reporter failed in an unknown way.";
  }
  log::error(fmt::format("the {} report was not written: {}", format, reason));
  return Written::kNot;
}

}  // namespace

Reports::Reports(const std::vector<OutputRequest>& requests, const Presentation& presentation, int text_descriptor)
    : presentation_(presentation) {
  // Who closed stderr wants no text there.
  if (text_descriptor == STDOUT_FILENO || (text_descriptor == STDERR_FILENO && is_open(STDERR_FILENO)))
    pending_.push_back({"text", text_descriptor == STDERR_FILENO ? Output::on_descriptor(STDERR_FILENO, "stderr")
                                                                 : Output::open("-")});
  for (const OutputRequest& request : requests)
    pending_.push_back({request.format, Output::open(request.path), request.function});
  // A reader that is slow or gone, or Ctrl-C at the text, then costs no file.
  std::stable_partition(pending_.begin(), pending_.end(), [](const Pending& p) { return p.output.is_file(); });
}

Written write_report(const ReporterInfo& reporter, const ReportStyle& style, const Recording& recording,
                     Output& output) {
  return write_one(reporter.name, output, [&] { reporter.make(style)->write(recording, output); });
}

ReportStyle Reports::style_of(const Pending& pending) const {
  const int descriptor = pending.output.label() == "stderr" ? STDERR_FILENO : STDOUT_FILENO;
  return {presentation_.unit,
          presentation_.sort,
          presentation_.top,
          wants_color(pending.output, presentation_.color),
          width_of(pending.output, descriptor),
          presentation_.callers,
          presentation_.callees,
          presentation_.own,
          presentation_.corrected,
          presentation_.skip_zero,
          presentation_.summarize,
          presentation_.verbose,
          pending.function,
          presentation_.python};
}

Written Reports::write(const Recording& recording) {
  Written worst = Written::kWhole;
  for (Pending& pending : pending_)
    worst = std::max(worst, write_report(*find_reporter(pending.format), style_of(pending), recording, pending.output));
  return worst;
}

Written Reports::write(const Comparison& comparison) {
  Written worst = Written::kWhole;
  for (Pending& pending : pending_) {
    const auto render = find_comparison_reporter(pending.format)->render;
    worst = std::max(worst, write_one(pending.format, pending.output,
                                      [&] { pending.output.write(render(comparison, style_of(pending))); }));
  }
  return worst;
}

int render(const Recording& recording, const Rendering& wanted) {
  std::vector<std::string> sections;
  for (const Section& section : recording.sections) sections.push_back(section.name);
  check_reports(wanted.outputs, wanted.presentation, sections);
  Reports reports(wanted.outputs, wanted.presentation, wanted.outputs.empty() ? STDOUT_FILENO : -1);
  const Written written = reports.write(recording);
  if (written == Written::kUnread) throw BrokenPipe("nobody reads stdout.");
  return written == Written::kWhole ? 0 : kOwnFailureStatus;
}

}  // namespace pyharness

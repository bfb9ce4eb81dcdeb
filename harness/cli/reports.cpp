#include "harness/cli/reports.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "harness/base/error.h"
#include "harness/base/log.h"
#include "harness/cli/plan_check.h"
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

}  // namespace

Reports::Reports(const std::vector<OutputRequest>& requests, const Presentation& presentation, int text_descriptor)
    : presentation_(presentation) {
  if (text_descriptor >= 0)
    pending_.push_back(
        {"text", Output::on_descriptor(text_descriptor, text_descriptor == STDERR_FILENO ? "stderr" : "stdout")});
  for (const OutputRequest& request : requests) pending_.push_back({request.format, Output::open(request.path)});
  // A reader that is slow or gone, or Ctrl-C at the text, then costs no file.
  std::stable_partition(pending_.begin(), pending_.end(), [](const Pending& p) { return p.output.is_file(); });
}

bool Reports::write(const Recording& recording) {
  bool all = true;
  for (Pending& pending : pending_) {
    try {
      const int descriptor = pending.output.label() == "stderr" ? STDERR_FILENO : STDOUT_FILENO;
      const ReportStyle style{presentation_.unit,
                              presentation_.sort,
                              presentation_.top,
                              wants_color(pending.output, presentation_.color),
                              width_of(pending.output, descriptor),
                              presentation_.callers,
                              presentation_.callees};
      find_reporter(pending.format)->make(style)->write(recording, pending.output);
      pending.output.commit();
    } catch (const std::exception& error) {
      all = false;
      log::error(fmt::format("the {} report was not written: {}", pending.format, error.what()));
    }
  }
  return all;
}

int render(const Recording& recording, const Rendering& wanted) {
  std::vector<std::string> sections;
  for (const Section& section : recording.sections) sections.push_back(section.name);
  check_reports(wanted.outputs, wanted.presentation, sections);
  Reports reports(wanted.outputs, wanted.presentation, wanted.outputs.empty() ? STDOUT_FILENO : -1);
  return reports.write(recording) ? 0 : kOwnFailureStatus;
}

}  // namespace pyharness

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "harness/base/words.h"
#include "reporters/text/text_parts.h"

namespace pyharness {
namespace {

constexpr std::size_t kMostRows = 12;

std::string what_it_was(const ProcessInfo& process) {
  if (process.argv.empty()) return "forked";
  const std::string& python = process.argv.front();
  std::string words = printable(std::string_view(python).substr(python.rfind('/') + 1));
  for (std::size_t i = 1; i < process.argv.size(); ++i) words += " " + printable(process.argv[i]);
  return words;
}

std::string how_it_ended(const ProcessInfo& process) {
  switch (process.state) {
    case ProcessInfo::State::kRunning:
      return "still running";
    case ProcessInfo::State::kReplaced:
      return "became another program";
    case ProcessInfo::State::kGone:
      break;
  }
  if (process.ending.exit_status) return fmt::format("exit status {}", *process.ending.exit_status);
  if (process.ending.signal) return signal_text(*process.ending.signal);
  return "ended unseen";
}

/// Who started whom. A process that has become another Python is on the list twice, with one id.
class ProcessTree {
 public:
  explicit ProcessTree(const std::vector<ProcessInfo>& processes) : processes_(processes), children_(processes.size()) {
    std::map<std::int64_t, std::size_t> first;  // by process id
    for (std::size_t i = 0; i < processes.size(); ++i) first.emplace(processes[i].pid, i);
    for (std::size_t i = 0; i < processes.size(); ++i) {
      const ProcessInfo& process = processes[i];
      const bool became = process.start == ProcessInfo::Start::kExec && first[process.pid] < i;
      const auto parent = first.find(became ? process.pid : process.parent);
      const bool has_parent = process.start != ProcessInfo::Start::kRun && parent != first.end() && parent->second != i;
      (has_parent ? children_[parent->second] : roots_).push_back(i);
    }
  }

  /// Calls `action(process, depth)` for each, parents first; once, whatever the list says.
  template <class Action>
  void each(Action&& action) const {
    std::vector<bool> done(processes_.size());
    std::vector<std::pair<std::size_t, std::size_t>> open;  // which, how deep; the next one last
    const auto put = [&](const std::vector<std::size_t>& all, std::size_t depth) {
      for (auto i = all.rbegin(); i != all.rend(); ++i) open.emplace_back(*i, depth);
    };
    put(roots_, 0);
    while (!open.empty()) {
      const auto [i, depth] = open.back();
      open.pop_back();
      if (done[i]) continue;
      done[i] = true;
      action(processes_[i], depth);
      put(children_[i], depth + 1);
    }
  }

 private:
  const std::vector<ProcessInfo>& processes_;
  std::vector<std::vector<std::size_t>> children_;
  std::vector<std::size_t> roots_;
};

}  // namespace

std::string process_text(const Recording& recording, const ReportStyle& style) {
  const std::vector<ProcessInfo>& processes = recording.run.processes;
  if (processes.size() <= number_of_runs(recording)) return {};
  const std::size_t most = style.top ? (*style.top == 0 ? processes.size() : *style.top) : kMostRows;
  std::string text = fmt::format("\nProcesses: {}\n", processes.size());
  text += text_line("    PID  Ended                   Command", style);
  std::size_t rows = 0;
  ProcessTree(processes).each([&](const ProcessInfo& process, std::size_t depth) {
    if (rows++ >= most) return;
    const std::string indent(2 * std::min<std::size_t>(depth, 10), ' ');
    text += text_line(
        fmt::format("{:>7}  {:<22}  {}{}", process.pid, how_it_ended(process), indent, what_it_was(process)), style);
  });
  if (rows > most) text += text_line(fmt::format("... and {} more (--top)", rows - most), style);
  return text;
}

}  // namespace pyharness

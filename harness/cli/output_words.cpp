#include "harness/cli/output_words.h"

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "reporters/compare/comparison_reporter.h"
#include "reporters/reporter.h"

namespace pyharness {
namespace {

/// The formats of recordings, or those of comparisons.
struct Formats {
  std::vector<std::string_view> names;
  std::string_view (*for_path)(std::string_view path);  // empty where the path tells none

  [[nodiscard]] bool have(std::string_view name) const {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  [[nodiscard]] std::string listed() const { return fmt::format("{}", fmt::join(names, ", ")); }
};

template <class Info>
std::vector<std::string_view> names_of(std::span<const Info> reporters) {
  std::vector<std::string_view> names;
  for (const Info& reporter : reporters) names.push_back(reporter.name);
  return names;
}

template <class Info>
std::string_view name_of(const Info* reporter) {
  return reporter == nullptr ? std::string_view() : reporter->name;
}

Formats recording_formats() {
  return {names_of(all_reporters()), [](std::string_view path) { return name_of(reporter_for_path(path)); }};
}

Formats comparison_formats() {
  return {names_of(comparison_reporters()),
          [](std::string_view path) { return name_of(comparison_reporter_for_path(path)); }};
}

// "MODULE:FUNCTION:PATH"
OutputRequest parse_python_output(std::string_view text) {
  const std::size_t first = text.find(':');
  const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second == std::string_view::npos || first == 0 || second == first + 1 || second + 1 == text.size()) {
    throw Failure(
        fmt::format("-o python:{} does not say which function writes where. Write -o "
                    "python:MODULE:FUNCTION:PATH, or :- for stdout.",
                    printable(text)));
  }
  return {"python", std::string(text.substr(second + 1)), std::string(text.substr(0, second))};
}

// The format that the text names, or its path's suffix tells, if it is one of these; empty where it is not.
OutputRequest find_request(std::string_view text, const Formats& formats) {
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const std::string_view name = text.substr(0, colon);
    if (formats.have(name)) {
      if (name == "python") return parse_python_output(text.substr(colon + 1));
      if (colon + 1 == text.size())
        throw Failure(fmt::format("-o {} names no file. Use -o {}PATH, or {}- for stdout.", text, text, text));
      return {std::string(name), std::string(text.substr(colon + 1))};
    }
  }
  if (text.empty()) throw Failure("-o names no file.");
  if (text == "-") return {"text", "-"};
  return {std::string(formats.for_path(text)), std::string(text)};
}

[[noreturn]] void unknown_format(std::string_view text, const Formats& formats) {
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos && text.find_first_of("/.") > colon) {
    const std::string_view name = text.substr(0, colon);
    throw Failure(fmt::format("there is no format '{}'.{} Use one of: {}.", printable(name),
                              did_you_mean(name, formats.names), formats.listed()));
  }
  throw Failure(fmt::format("-o {} does not tell its format. Write -o FORMAT:{} with one of: {}.", printable(text),
                            printable(text), formats.listed()));
}

}  // namespace

OutputRequest parse_output(std::string_view text) {
  if (OutputRequest found = find_request(text, recording_formats()); !found.format.empty()) return found;
  if (const OutputRequest other = find_request(text, comparison_formats()); !other.format.empty()) {
    throw Failure(fmt::format("{} shows a comparison. Write it with: pyharness compare BASE HEAD -o {}", other.format,
                              printable(text)));
  }
  unknown_format(text, recording_formats());
}

OutputRequest parse_comparison_output(std::string_view text) {
  if (OutputRequest found = find_request(text, comparison_formats()); !found.format.empty()) return found;
  if (const OutputRequest other = find_request(text, recording_formats()); !other.format.empty()) {
    throw Failure(fmt::format("{} shows one recording. A comparison is written as one of: {}.", other.format,
                              comparison_formats().listed()));
  }
  unknown_format(text, comparison_formats());
}

}  // namespace pyharness

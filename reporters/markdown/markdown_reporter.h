#pragma once

#include "reporters/reporter.h"

namespace pyharness {

/// A comment for a pull request, in GitHub's Markdown: what took the most first, in short tables; --top says how many
/// rows they have. Text of the program stands in code spans.
std::unique_ptr<Reporter> make_markdown_reporter(const ReportStyle& style);

}  // namespace pyharness

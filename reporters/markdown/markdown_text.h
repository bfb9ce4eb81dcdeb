#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pyharness {

// Pieces of GitHub's Markdown around text that is not trusted.

/// `text` as code that stands in a table's cell: nothing in it is markup, a mention or a link, and it is cut to a
/// length that a table bears. Empty for nothing.
std::string code_span(std::string_view text);

/// Lines of text as they are.
std::string code_block(std::string_view text);

/// A table; `alignments` has 'l' or 'r' for each column. Cells are Markdown already.
std::string markdown_table(const std::vector<std::string>& heads, std::string_view alignments,
                           const std::vector<std::vector<std::string>>& rows);

}  // namespace pyharness

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pyharness {

/// "a, b" as {"a", "b"}; empty parts are dropped.
std::vector<std::string> split(std::string_view text, char separator);

/// The candidate nearest to `word` by edit distance, or empty where none is near enough to be what was meant.
std::string nearest_word(std::string_view word, std::span<const std::string_view> candidates);

/// " Did you mean 'x'?" or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

/// Splits as a POSIX shell would: blanks, '...', "..." and backslashes; nothing is expanded. Throws Failure at an
/// unclosed quote.
std::vector<std::string> split_like_shell(std::string_view text);

/// Joins words so that a shell would read them back.
std::string join_like_shell(std::span<const std::string> words);

/// `text` with control characters, marks of direction and bytes that are no UTF-8 written as \xNN or \uNNNN, so that a
/// hostile name cannot steer a terminal or look like another. Tabs stay. Doing it twice changes nothing.
std::string printable(std::string_view text);

/// `text` as valid UTF-8: what is not becomes U+FFFD.
std::string valid_utf8(std::string_view text);

/// Columns that UTF-8 `text` takes on a terminal (wide characters two, combining ones none).
std::size_t display_width(std::string_view text);

/// `text` with line ends put in between words so that no line takes more than `columns`, where words allow it; 0 leaves
/// it whole.
std::string wrapped(std::string_view text, std::size_t columns);

/// An entry of a list: `text` behind `term`, every line of it `indent` columns from the left, wrapped to `columns` as
/// wrapped() does. With its line end.
std::string list_entry(std::string_view term, std::size_t indent, std::string_view text, std::size_t columns);

/// `text` with tabs as blanks, to the next multiple of eight columns.
std::string without_tabs(std::string_view text);

/// `text` cut to at most `columns`, its end replaced by "..." where something was cut.
std::string clipped(std::string_view text, std::size_t columns);

}  // namespace pyharness

#include "harness/base/words.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "harness/base/error.h"

namespace pyharness {
namespace {

// Letters to insert, drop, replace or swap with a neighbour (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

constexpr char32_t kInvalid = 0xFFFD;

// Decodes one character at `at` and moves past it. An invalid byte is one kInvalid and moves by one.
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || at + static_cast<std::size_t>(more) > text.size()) return kInvalid;
  char32_t code = lead & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]);
    if ((byte & 0xC0) != 0x80) return kInvalid;
    code = (code << 6) | (byte & 0x3F);
  }
  const bool overlong = (more == 2 && code < 0x800) || (more == 3 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return kInvalid;
  at += static_cast<std::size_t>(more);
  return code;
}

bool in(char32_t code, char32_t first, char32_t last) { return code >= first && code <= last; }

// Blocks after Unicode's East Asian Width and combining classes; coarse, enough to keep columns of source text
// straight.
std::size_t width_of(char32_t code) {
  if (in(code, 0x300, 0x36F) || in(code, 0x200B, 0x200F) || in(code, 0xFE00, 0xFE0F)) return 0;
  const bool wide = in(code, 0x1100, 0x115F) || in(code, 0x2E80, 0xA4CF) || in(code, 0xAC00, 0xD7A3) ||
                    in(code, 0xF900, 0xFAFF) || in(code, 0xFE30, 0xFE6F) || in(code, 0xFF00, 0xFF60) ||
                    in(code, 0xFFE0, 0xFFE6) || in(code, 0x1F300, 0x1FAFF) || in(code, 0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

// Control characters, and what turns the direction of text or breaks a line where one does not see it.
bool steers(char32_t code) {
  return (code < 0x20 && code != '\t') || in(code, 0x7F, 0x9F) || code == 0x61C || in(code, 0x200E, 0x200F) ||
         in(code, 0x2028, 0x202E) || in(code, 0x2066, 0x2069);
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    std::string_view part = text.substr(0, end);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string nearest_word(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  constexpr std::size_t kLongest = 64;  // nobody mistypes more, and the distance costs the product of the lengths
  if (word.size() > kLongest) return {};
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return std::string(best);
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string nearest = nearest_word(word, candidates);
  return nearest.empty() ? "" : " Did you mean '" + nearest + "'?";
}

std::vector<std::string> split_like_shell(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else if (c == '\\' && quote == '"' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) {
        word += text[++i];
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0) throw Failure("a quote is not closed in: " + printable(text));
  if (in_word) words.push_back(std::move(word));
  return words;
}

std::string join_like_shell(std::span<const std::string> words) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) {
      if (c == '\'') {
        line += "'\\''";
      } else {
        line += c;
      }
    }
    line += '\'';
  }
  return line;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t code = next_character(text, at);
    const bool invalid = code == kInvalid && at == begin + 1;
    const auto shown = invalid ? static_cast<unsigned char>(text[begin]) : static_cast<unsigned>(code);
    if (invalid || steers(code)) {
      char escaped[16];
      std::snprintf(escaped, sizeof escaped, shown < 0x100 ? "\\x%02x" : "\\u%04x", shown);
      out += escaped;
    } else {
      out += text.substr(begin, at - begin);
    }
  }
  return out;
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (next_character(text, at) == kInvalid) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(begin, at - begin);
    }
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) columns += width_of(next_character(text, at));
  return columns;
}

std::string wrapped(std::string_view text, std::size_t columns) {
  if (columns == 0) return std::string(text);
  std::string out;
  std::size_t used = 0;
  for (const std::string& word : split(text, ' ')) {
    const std::size_t width = display_width(word);
    if (used != 0 && used + 1 + width > columns) {
      out += '\n';
      used = 0;
    } else if (used != 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += width;
  }
  return out;
}

std::string list_entry(std::string_view term, std::size_t indent, std::string_view text, std::size_t columns) {
  const std::string margin(indent, ' ');
  std::string entry(term);
  entry += entry.size() < indent ? margin.substr(entry.size()) : "\n" + margin;
  for (const char c : wrapped(text, columns == 0 ? 0 : columns - indent)) {
    entry += c;
    if (c == '\n') entry += margin;
  }
  return entry + "\n";
}

std::string without_tabs(std::string_view text) {
  constexpr std::size_t kTab = 8;
  std::string out;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\t', at), text.size());
    out += text.substr(at, end - at);
    column += display_width(text.substr(at, end - at));
    at = end + 1;
    if (end == text.size()) break;
    out.append(kTab - column % kTab, ' ');
    column += kTab - column % kTab;
  }
  return out;
}

std::string clipped(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  const std::size_t room = columns > 3 ? columns - 3 : 0;
  std::size_t used = 0;
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    used += width_of(next_character(text, at));
    if (used > room) {
      end = begin;
      break;
    }
    end = at;
  }
  return std::string(text.substr(0, end)) + std::string("...").substr(0, std::min<std::size_t>(3, columns));
}

}  // namespace pyharness

#include "harness/supervise/source_text.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <regex>

#include "harness/base/error.h"
#include "harness/base/output.h"
#include "harness/base/words.h"

namespace pyharness {
namespace {

constexpr std::uint32_t kMostLines = 200'000;  // of one file; a hostile line number must not make us walk further

bool is_latin1(std::string_view content) {
  // PEP 263: in a comment on one of the first two lines.
  static const std::regex kCookie("^[ \\t\\f]*#.*?coding[:=][ \\t]*([-_.a-zA-Z0-9]+)");
  std::size_t begin = 0;
  for (int line = 0; line < 2 && begin < content.size(); ++line) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    const std::string text(content.substr(begin, std::min<std::size_t>(end - begin, 200)));
    std::smatch match;
    if (std::regex_search(text, match, kCookie)) {
      std::string name = match[1];
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return c == '_' ? '-' : static_cast<char>(std::tolower(c)); });
      return name == "latin-1" || name == "iso-8859-1" || name == "iso-latin-1" || name == "latin1" || name == "l1";
    }
    begin = end + 1;
  }
  return false;
}

std::string from_latin1(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | (byte >> 6));
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

}  // namespace

std::optional<SourceFile> read_source(const std::string& file, const std::set<std::uint32_t>& wanted) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  std::string content;
  try {
    content = read_file(file);
  } catch (const Failure&) {
    return std::nullopt;
  }
  SourceFile source{file, sha256(content), {}};
  const bool latin1 = is_latin1(content);
  std::string_view rest = content;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  for (std::uint32_t number = 1; !rest.empty(); ++number) {
    // Python ends lines at \n, \r\n and \r.
    const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    if (wanted.contains(number)) {
      const std::string_view line = rest.substr(0, end);
      source.lines.emplace(number, latin1 ? from_latin1(line) : valid_utf8(line));
    }
    const bool pair = rest.substr(std::min(end, rest.size())).starts_with("\r\n");
    rest.remove_prefix(std::min(end + (pair ? 2 : 1), rest.size()));
  }
  return source;
}

void add_sources(Recording& recording) {
  std::map<std::string, std::set<std::uint32_t>> wanted;
  for (const Section& section : recording.sections) {
    const auto* table = std::get_if<LineTable>(&section.data);
    if (table == nullptr) continue;
    for (const LineTable::Function& function : table->functions) {
      auto& lines = wanted[function.key.file];
      const std::uint64_t last =
          std::min<std::uint64_t>(function.last_line, std::uint64_t{function.key.line} + kMostLines);
      for (std::uint64_t line = function.key.line; line <= last; ++line) lines.insert(static_cast<std::uint32_t>(line));
      for (const LineTable::Row& row : function.rows) lines.insert(row.line);
    }
  }
  for (const auto& [file, lines] : wanted) {
    if (auto source = read_source(file, lines)) recording.sources.push_back(std::move(*source));
  }
}

}  // namespace pyharness

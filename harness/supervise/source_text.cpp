#include "harness/supervise/source_text.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <new>

#include "harness/base/error.h"
#include "harness/base/output.h"
#include "harness/base/words.h"

namespace pyharness {
namespace {

constexpr off_t kLargest = 64 << 20;  // of a file; /proc/kcore is a regular one of 128 TiB

// The name in a comment like "# -*- coding: latin-1 -*-", lower case, or empty. PEP 263.
std::string coding_in(std::string_view line) {
  const std::size_t hash = line.find_first_not_of(" \t\f");
  if (hash == std::string_view::npos || line[hash] != '#') return {};
  const std::size_t word = line.find("coding", hash);
  if (word == std::string_view::npos) return {};
  std::size_t at = word + std::string_view("coding").size();
  if (at >= line.size() || (line[at] != ':' && line[at] != '=')) return {};
  at = line.find_first_not_of(" \t", at + 1);
  std::string name;
  for (; at < line.size(); ++at) {
    const auto c = static_cast<unsigned char>(line[at]);
    if (std::isalnum(c) == 0 && c != '-' && c != '_' && c != '.') break;
    name += c == '_' ? '-' : static_cast<char>(std::tolower(c));
  }
  return name;
}

// In the first line, or in the second where the first is blank or a comment.
bool is_latin1(std::string_view content) {
  for (int line = 0; line < 2 && !content.empty(); ++line) {
    const std::string_view text = content.substr(0, content.find('\n'));
    const std::string name = coding_in(text);
    if (!name.empty())
      return name == "latin-1" || name == "iso-8859-1" || name == "iso-latin-1" || name == "latin1" || name == "l1";
    const std::size_t begin = text.find_first_not_of(" \t\f\r");
    if (begin != std::string_view::npos && text[begin] != '#') return false;
    content.remove_prefix(std::min(text.size() + 1, content.size()));
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

std::optional<SourceFile> read_source(const std::string& file, std::vector<LineRange> wanted) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > kLargest) return std::nullopt;
  std::string content;
  try {
    // What has no size is empty, or such a file as /proc/kmsg: who reads that waits for ever.
    if (status.st_size != 0) content = read_file(file);
  } catch (const Failure&) {
    return std::nullopt;
  } catch (const std::bad_alloc&) {
    return std::nullopt;  // the figures are worth more than the text beside them
  }
  SourceFile source{file, sha256(content), {}};
  const bool latin1 = is_latin1(content);
  std::string_view rest = content;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  std::sort(wanted.begin(), wanted.end(), [](const LineRange& a, const LineRange& b) { return a.first < b.first; });
  auto range = wanted.begin();
  std::uint32_t wanted_until = 0;
  for (std::uint32_t number = 1; !rest.empty(); ++number) {
    for (; range != wanted.end() && range->first <= number; ++range) wanted_until = std::max(wanted_until, range->last);
    // Python ends lines at \n, \r\n and \r.
    const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    if (number <= wanted_until) {
      const std::string_view line = rest.substr(0, end);
      source.lines.emplace(number, latin1 ? from_latin1(line) : valid_utf8(line));
    }
    const bool pair = rest.substr(std::min(end, rest.size())).starts_with("\r\n");
    rest.remove_prefix(std::min(end + (pair ? 2 : 1), rest.size()));
  }
  return source;
}

void add_sources(Recording& recording) {
  std::map<std::string, std::vector<LineRange>> wanted;
  for (const Section& section : recording.sections) {
    if (const auto* alloc = std::get_if<AllocSites>(&section.data)) {
      for (const AllocSites::Site& site : alloc->sites) wanted[site.key.file].push_back({site.key.line, site.key.line});
    }
    const auto* table = std::get_if<LineTable>(&section.data);
    if (table == nullptr) continue;
    for (const LineTable::Function& function : table->functions) {
      std::vector<LineRange>& lines = wanted[function.key.file];
      lines.push_back({function.key.line, function.last_line});
      for (const LineTable::Row& row : function.rows) lines.push_back({row.line, row.line});
    }
  }
  for (auto& [file, lines] : wanted) {
    if (auto source = read_source(file, std::move(lines))) recording.sources.push_back(std::move(*source));
  }
}

}  // namespace pyharness

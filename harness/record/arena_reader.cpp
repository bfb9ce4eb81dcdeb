#include "harness/record/arena_reader.h"

#include <algorithm>
#include <unordered_set>

namespace pyharness {

std::vector<const ProcessArea*> ArenaReader::processes(std::size_t limit) const {
  std::vector<const ProcessArea*> areas;
  std::unordered_set<Offset> seen;
  const ArenaHeader* head = header();
  Offset offset = head == nullptr ? 0 : head->newest_process.load(std::memory_order_acquire);
  // Claimed pages: those that overlap would be as many as there are words.
  while (offset != 0 && offset % kPageBytes == 0 && areas.size() < limit && seen.insert(offset).second) {
    const auto* area = inside<ProcessArea>(offset, 1);
    if (area == nullptr || area->magic != kProcessMagic) break;
    areas.push_back(area);
    offset = area->previous.load(std::memory_order_acquire);
  }
  return areas;
}

std::string read_text(const TableReader<char>& text, TextRef ref) {
  constexpr std::uint32_t kLongest = 4096;
  const char* first = text.run(ref.begin, std::min(ref.length, kLongest));
  return first == nullptr ? std::string() : std::string(first, std::min(ref.length, kLongest));
}

}  // namespace pyharness

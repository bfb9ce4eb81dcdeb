#pragma once

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <vector>

#include "harness/record/arena_layout.h"
#include "harness/record/arena_reader.h"
#include "harness/record/arena_writer.h"
#include "profilers/profiler.h"

namespace pyharness::testing {

/// An arena in anonymous memory, as the supervisor makes it: a header, and nothing claimed.
class TestArena {
 public:
  explicit TestArena(std::size_t bytes = std::size_t{1} << 20) : size_(bytes) {
    void* base = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) std::abort();
    base_ = static_cast<std::byte*>(base);
    auto* header = new (base_) ArenaHeader{};
    header->magic = kArenaMagic;
    header->layout_version = kLayoutVersion;
    header->bytes = size_;
    header->plan = sizeof(ArenaHeader);
    header->next_free = whole_pages(sizeof(ArenaHeader));
  }
  TestArena(const TestArena&) = delete;
  TestArena& operator=(const TestArena&) = delete;
  ~TestArena() { munmap(base_, size_); }

  [[nodiscard]] ArenaWriter writer() const { return ArenaWriter(bytes()); }
  [[nodiscard]] ArenaReader reader() const { return ArenaReader({base_, size_}); }
  [[nodiscard]] ArenaHeader& header() const { return writer().header(); }
  [[nodiscard]] std::span<std::byte> bytes() const { return {base_, size_}; }
  /// Nothing more can be claimed after `pages` more.
  void leave_room_for(std::size_t pages) const { header().bytes = header().next_free + pages * kPageBytes; }

 private:
  std::byte* base_ = nullptr;
  std::size_t size_ = 0;
};

/// The processes of an arena as the supervisor would see them that sees the oldest end at `ended`, and no other.
inline std::vector<SeenProcess> seen(const ArenaReader& reader, Ticks ended) {
  std::vector<SeenProcess> processes;
  for (const ProcessArea* area : reader.processes()) processes.push_back({area, 0});
  if (!processes.empty()) processes.back().ended = ended;
  return processes;
}

}  // namespace pyharness::testing

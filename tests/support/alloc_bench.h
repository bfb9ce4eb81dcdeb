#pragma once

#include <cstdlib>
#include <string>

#include "profilers/alloc/alloc_collect.h"
#include "profilers/alloc/alloc_recorder.h"
#include "tests/support/test_arena.h"

namespace pyharness::testing {

/// A book with an arena of its own. Blocks are made-up addresses: nothing is ever stored there.
struct AllocBench {
  explicit AllocBench(std::size_t bytes = std::size_t{1} << 20) : arena(bytes), book(arena.writer()) {
    area = arena.writer().begin_process(1, 0);
    book.begin(*area);
  }

  static const void* block(std::uint64_t number) { return reinterpret_cast<const void*>(0x10000000 + number * 16); }
  /// Instruction `number` of a file with one instruction to a line.
  static AllocBook::Instruction instruction(std::uint64_t number) { return 0x7000 + number * 2; }
  static SiteFacts facts(std::uint64_t number) {
    return {"/own/a.py", "f", static_cast<std::uint32_t>(number), code(), kCodeBytes, true};
  }
  static const void* code() { return reinterpret_cast<const void*>(0x6000); }
  static constexpr std::size_t kCodeBytes = 0x8000;

  void allocate(std::uint64_t number, std::size_t bytes, std::uint64_t line) {
    book.allocated(block(number), bytes, instruction(line), [line] { return facts(line); });
  }
  void reuse(std::uint64_t number, std::uint64_t line) {
    book.reused(block(number), instruction(line), [line] { return facts(line); });
  }
  void free(std::uint64_t number) { book.freed(block(number)); }

  [[nodiscard]] AllocSites sites() const {
    const rusage usage{};
    Recording recording;
    collect_alloc({arena.reader(), seen(arena.reader(), 0), 0, TickScale(), usage}, recording);
    return std::get<AllocSites>(recording.sections.at(0).data);
  }
  /// Of one line; all zeros where it has no row.
  [[nodiscard]] AllocSites::Site at(std::uint32_t line) const {
    for (const AllocSites::Site& site : sites().sites) {
      if (site.key.file == "/own/a.py" && site.key.line == line) return site;
    }
    return {};
  }
  [[nodiscard]] AllocSites::Site named(const std::string& name) const {
    for (const AllocSites::Site& site : sites().sites) {
      if (site.key.name == name) return site;
    }
    return {};
  }
  [[nodiscard]] std::uint64_t lost(Loss loss) const { return area->losses[static_cast<std::size_t>(loss)].load(); }

  TestArena arena;
  ProcessArea* area = nullptr;
  AllocBook book;
};

}  // namespace pyharness::testing

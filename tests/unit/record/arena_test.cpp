#include <doctest/doctest.h>

#include "tests/support/test_arena.h"

using pyharness::kPageBytes;
using pyharness::LineEntry;
using pyharness::ProcessArea;
using pyharness::TableKind;
using pyharness::TableReader;
using pyharness::TableWriter;
using pyharness::TextRef;
using pyharness::testing::TestArena;

namespace {

constexpr std::size_t kHead = pyharness::whole_pages(sizeof(pyharness::ArenaHeader));

}  // namespace

TEST_SUITE("arena") {
  TEST_CASE("claims are whole zeroed pages, one behind the other") {
    const TestArena arena;
    const auto first = arena.writer().claim(1);
    const auto second = arena.writer().claim(kPageBytes + 1);
    const auto third = arena.writer().claim(8);
    CHECK(first == kHead);
    CHECK(second == kHead + kPageBytes);
    CHECK(third == kHead + 3 * kPageBytes);
    CHECK(*arena.writer().at(first) == std::byte{0});
  }

  TEST_CASE("what does not fit is refused and counted, and smaller claims may still fit") {
    const TestArena arena;
    arena.leave_room_for(2);
    CHECK(arena.writer().claim(3 * kPageBytes) == 0);
    CHECK(arena.header().refused_bytes.load() == 3 * kPageBytes);
    CHECK(arena.writer().claim(~std::size_t{0} - kPageBytes * 4) == 0);
  }

  TEST_CASE("nothing behind the mapping is handed out, whatever a program wrote into the header") {
    const TestArena arena;
    const std::uint64_t size = arena.header().bytes;
    arena.header().bytes = ~std::uint64_t{0};
    for (const std::uint64_t next : {size, size - kPageBytes, ~std::uint64_t{0} - kPageBytes + 1}) {
      arena.header().next_free = next;
      CHECK(arena.writer().claim(2 * kPageBytes) == 0);
    }
    arena.header().next_free = size;
    arena.header().free_extents[0] = size / kPageBytes;
    CHECK(arena.writer().claim(kPageBytes) == 0);
  }

  TEST_CASE("processes are listed newest first") {
    const TestArena arena;
    for (std::uint32_t pid = 1; pid <= 3; ++pid) REQUIRE(arena.writer().begin_process(pid, pid - 1) != nullptr);
    const auto areas = arena.reader().processes();
    REQUIRE(areas.size() == 3);
    CHECK(areas[0]->pid == 3);
    CHECK(areas[2]->pid == 1);
    CHECK(areas[0]->parent_pid == 2);
    CHECK(arena.reader().processes(2).size() == 2);
  }

  TEST_CASE("a process without room is null") {
    const TestArena arena;
    arena.leave_room_for(0);
    CHECK(arena.writer().begin_process(1, 0) == nullptr);
  }

  TEST_CASE("places double from segment to segment") {
    CHECK(pyharness::place_in_table(0, 10).segment == 0);
    CHECK(pyharness::place_in_table(9, 10).within == 9);
    CHECK(pyharness::place_in_table(10, 10).segment == 1);
    CHECK(pyharness::place_in_table(10, 10).within == 0);
    CHECK(pyharness::place_in_table(29, 10).segment == 1);
    CHECK(pyharness::place_in_table(29, 10).within == 19);
    CHECK(pyharness::place_in_table(30, 10).segment == 2);
  }

  TEST_CASE("a table gives back what was put in, over many segments") {
    const TestArena arena;
    ProcessArea* area = arena.writer().begin_process(1, 0);
    TableWriter<LineEntry> writer(arena.writer(), *area, TableKind::kLines);
    for (std::uint32_t i = 0; i < 5000; ++i) {
      std::uint32_t index = 0;
      LineEntry* entry = writer.reserve(1, index);
      REQUIRE(entry != nullptr);
      CHECK(index == i);
      entry->line = i * 3;
      CHECK(writer.at(index) == entry);
    }
    const TableReader<LineEntry> unpublished(arena.reader(), *area, TableKind::kLines);
    CHECK(unpublished.size() == 0);
    CHECK(unpublished.at(0) == nullptr);
    writer.publish();
    const pyharness::ArenaReader arena_reader = arena.reader();
    const TableReader<LineEntry> reader(arena_reader, *area, TableKind::kLines);
    REQUIRE(reader.size() == 5000);
    for (std::uint32_t i = 0; i < 5000; ++i) CHECK(reader.at(i)->line == i * 3);
    CHECK(reader.at(5000) == nullptr);
  }

  TEST_CASE("entries in a row lie in one segment, with zeroed entries left out before") {
    const TestArena arena;
    ProcessArea* area = arena.writer().begin_process(1, 0);
    TableWriter<LineEntry> writer(arena.writer(), *area, TableKind::kLines);
    const auto capacity = static_cast<std::uint32_t>(kPageBytes / sizeof(LineEntry));
    std::uint32_t index = 0;
    REQUIRE(writer.reserve(capacity - 1, index) != nullptr);
    CHECK(index == 0);
    LineEntry* pair = writer.reserve(2, index);
    REQUIRE(pair != nullptr);
    CHECK(index == capacity);
    pair[1].line = 9;
    REQUIRE(writer.reserve(capacity * 100, index) != nullptr);
    writer.publish();
    const pyharness::ArenaReader arena_reader = arena.reader();
    const TableReader<LineEntry> reader(arena_reader, *area, TableKind::kLines);
    CHECK(reader.at(capacity - 1)->line == 0);
    CHECK(reader.run(capacity, 2)[1].line == 9);
    CHECK(reader.run(capacity - 1, 2) == nullptr);
    CHECK(reader.run(index, capacity * 100) != nullptr);
    CHECK(reader.run(index, capacity * 100 + 1) == nullptr);
    CHECK(reader.run(~std::uint64_t{0}, 1) == nullptr);
  }

  TEST_CASE("a table without room refuses and stays as it was") {
    const TestArena arena;
    ProcessArea* area = arena.writer().begin_process(1, 0);
    TableWriter<LineEntry> writer(arena.writer(), *area, TableKind::kLines);
    std::uint32_t index = 0;
    REQUIRE(writer.reserve(1, index) != nullptr);
    arena.leave_room_for(1);
    CHECK(writer.reserve(100'000, index) == nullptr);
    CHECK(writer.count() == 1);
    CHECK(writer.reserve(1, index) != nullptr);
    CHECK(index == 1);
  }

  TEST_CASE("text is read whole, cut at 4 KiB, and empty where there is none") {
    const TestArena arena;
    ProcessArea* area = arena.writer().begin_process(1, 0);
    TableWriter<char> writer(arena.writer(), *area, TableKind::kText);
    std::uint32_t small = 0;
    std::memcpy(writer.reserve(5, small), "hello", 5);
    std::uint32_t large = 0;
    std::memset(writer.reserve(100'000, large), 'x', 100'000);
    writer.publish();
    const pyharness::ArenaReader arena_reader = arena.reader();
    const TableReader<char> text(arena_reader, *area, TableKind::kText);
    CHECK(pyharness::read_text(text, {small, 5}) == "hello");
    CHECK(pyharness::read_text(text, {large, 100'000}).size() == 4096);
    CHECK(pyharness::read_text(text, {small, 0}).empty());
    CHECK(pyharness::read_text(text, {0xFFFFFFF0, 50}).empty());
  }

  TEST_CASE("offsets outside the arena and unaligned ones are nothing") {
    const TestArena arena(kHead);
    const pyharness::ArenaReader reader = arena.reader();
    CHECK(reader.inside<std::uint64_t>(kHead - 8, 1) != nullptr);
    CHECK(reader.inside<std::uint64_t>(kHead - 8, 2) == nullptr);
    CHECK(reader.inside<std::uint64_t>(4, 1) == nullptr);
    CHECK(reader.inside<std::uint64_t>(~std::uint64_t{7}, 1) == nullptr);
    CHECK(reader.inside<std::uint64_t>(0, ~std::uint64_t{0}) == nullptr);
  }

  TEST_CASE("processes lie on pages of their own") {
    const TestArena arena;
    ProcessArea* first = arena.writer().begin_process(1, 0);
    ProcessArea* second = arena.writer().begin_process(2, 1);
    const auto offset = static_cast<pyharness::Offset>(reinterpret_cast<std::byte*>(first) - arena.bytes().data()) + 8;
    reinterpret_cast<ProcessArea*>(arena.bytes().data() + offset)->magic = pyharness::kProcessMagic;
    second->previous = offset;
    CHECK(arena.reader().processes().size() == 1);
  }
}

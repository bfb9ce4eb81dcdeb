// The book of allocations against a model that copies everything at every peak.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <thread>

#include "tests/support/alloc_bench.h"
#include "tests/support/corruptions.h"

using pyharness::AllocBook;
using pyharness::AllocSites;
using pyharness::Loss;
using pyharness::testing::AllocBench;

namespace {

/// What the book is to say, by brute force.
class Model {
 public:
  struct Line {
    std::uint64_t live_bytes = 0;
    std::uint64_t live_count = 0;
    std::uint64_t total_bytes = 0;
    std::uint64_t total_count = 0;
    std::uint64_t temporary_count = 0;
    std::uint64_t newest = 0;
  };

  void allocate(std::uint64_t block, std::size_t bytes, std::uint32_t line) {
    free(block);
    blocks_[block] = {line, bytes};
    Line& on = lines_[line];
    on.live_bytes += bytes;
    on.live_count += 1;
    on.total_bytes += bytes;
    on.total_count += 1;
    on.newest = block;
    live_ += bytes;
    if (live_ > peak_) {
      peak_ = live_;
      at_peak_ = lines_;
    }
  }
  void free(std::uint64_t block) {
    const auto found = blocks_.find(block);
    if (found == blocks_.end()) return;
    Line& on = lines_[found->second.first];
    on.live_bytes -= found->second.second;
    on.live_count -= 1;
    live_ -= found->second.second;
    if (on.newest == block) {
      on.temporary_count += 1;
      on.newest = 0;
    }
    blocks_.erase(found);
  }
  void reuse(std::uint64_t block, std::uint32_t line) {
    const auto found = blocks_.find(block);
    if (found == blocks_.end() || found->second.first == line) return;
    const std::uint64_t bytes = found->second.second;
    Line& from = lines_[found->second.first];
    from.live_bytes -= bytes;
    from.live_count -= 1;
    if (from.newest == block) from.newest = 0;
    found->second.first = line;
    lines_[line].live_bytes += bytes;
    lines_[line].live_count += 1;
  }

  void check(const AllocBench& bench) const {
    const AllocSites all = bench.sites();
    CHECK(all.peak_bytes() == peak_);
    CHECK(all.live_bytes() == live_);
    for (const auto& [number, want] : lines_) {
      const std::uint32_t line = number;  // a structured binding cannot be captured
      const AllocSites::Site got = bench.at(line);
      const auto peak = at_peak_.find(line);
      CAPTURE(line);
      CHECK(got.live_bytes == want.live_bytes);
      CHECK(got.live_count == want.live_count);
      CHECK(got.total_bytes == want.total_bytes);
      CHECK(got.total_count == want.total_count);
      CHECK(got.temporary_count == want.temporary_count);
      CHECK(got.peak_bytes == (peak == at_peak_.end() ? 0 : peak->second.live_bytes));
      CHECK(got.peak_count == (peak == at_peak_.end() ? 0 : peak->second.live_count));
    }
  }

 private:
  std::map<std::uint64_t, std::pair<std::uint32_t, std::size_t>> blocks_;
  std::map<std::uint32_t, Line> lines_;
  std::map<std::uint32_t, Line> at_peak_;
  std::uint64_t live_ = 0;
  std::uint64_t peak_ = 0;
};

}  // namespace

TEST_SUITE("allocation book") {
  TEST_CASE("any order of events gives the figures of a model that copies everything at every peak") {
    for (unsigned seed = 1; seed <= 40; ++seed) {
      CAPTURE(seed);
      std::mt19937 random(seed);  // NOLINT(cert-msc51-cpp): the same every time
      const auto below = [&](unsigned limit) { return random() % limit; };
      AllocBench bench;
      bench.book.code_begins();
      Model model;
      // Few lines and blocks meet often; more allocations than frees at times, so that peaks come and go.
      for (unsigned step = 0; step < 600; ++step) {
        const std::uint64_t block = 1 + below(60);
        const std::uint32_t line = 1 + below(7);
        const unsigned kind = below(step / 100 % 2 == 0 ? 10 : 16);
        if (kind < 6) {
          const std::size_t bytes = below(20) == 0 ? 0 : below(5000);
          model.allocate(block, bytes, line);
          bench.allocate(block, bytes, line);
        } else if (kind == 6) {
          model.reuse(block, line);
          bench.reuse(block, line);
        } else if (kind == 7) {
          // A resizing that fails changes nothing.
          const AllocBook::Taken taken = bench.book.freed(AllocBench::block(block));
          bench.book.put_back(AllocBench::block(block), taken);
        } else {
          model.free(block);
          bench.free(block);
        }
        if (step % 50 == 49) model.check(bench);
      }
      model.check(bench);
    }
  }

  TEST_CASE("sizes from 4 GiB on are exact") {
    AllocBench bench;
    bench.book.code_begins();
    constexpr std::size_t kSizes[] = {0xFFFFFFFE, 0xFFFFFFFF, 0x100000000, 0x123456789A};
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < 4; ++i) {
      bench.allocate(10 * i, kSizes[i], 1);
      sum += kSizes[i];
      CHECK(bench.at(1).live_bytes == sum);
    }
    bench.reuse(30, 2);
    CHECK(bench.at(2).live_bytes == kSizes[3]);
    const AllocBook::Taken taken = bench.book.freed(AllocBench::block(20));
    CHECK(taken.bytes == kSizes[2]);
    bench.book.put_back(AllocBench::block(20), taken);
    for (std::uint64_t i = 0; i < 4; ++i) bench.free(10 * i);
    CHECK(bench.sites().live_bytes() == 0);
    CHECK(bench.at(1).total_bytes == sum);
    bench.allocate(11, 5, 3);  // where the second entry of a long one was
    CHECK(bench.at(3).live_bytes == 5);
    CHECK(bench.sites().live_bytes() == 5);
  }

  TEST_CASE("what the interpreter's start leaves is one row, and its own peak is forgotten") {
    AllocBench bench;
    bench.allocate(1, 100, 1);
    bench.allocate(2, 1000, 2);
    bench.free(2);
    bench.allocate(3, 10, 3);
    bench.book.code_begins();
    const AllocSites::Site start = bench.named("<interpreter start>");
    CHECK(start.key.file == "~");
    CHECK(start.live_bytes == 110);
    CHECK(start.total_bytes == 110);
    CHECK(start.total_count == 2);
    CHECK(start.peak_bytes == 110);
    CHECK(start.temporary_count == 0);
    CHECK(bench.sites().peak_bytes() == 110);
    bench.free(3);
    CHECK(bench.named("<interpreter start>").live_bytes == 100);
    CHECK(bench.named("<interpreter start>").temporary_count == 0);
    CHECK(bench.sites().peak_bytes() == 110);
  }

  TEST_CASE("a line that is not watched shares a row, and so does what no Python code allocates") {
    AllocBench bench;
    bench.book.code_begins();
    bench.book.allocated(AllocBench::block(1), 10, 0, [] { return AllocBench::facts(1); });
    bench.book.allocated(AllocBench::block(2), 20, AllocBench::instruction(2), [] {
      pyharness::SiteFacts facts = AllocBench::facts(2);
      facts.watched = false;
      return facts;
    });
    CHECK(bench.named("<outside of Python code>").live_bytes == 10);
    CHECK(bench.named("<not watched>").live_bytes == 20);
    CHECK(bench.sites().sites.size() == 2);
  }

  TEST_CASE("when a code object dies, its instructions are asked for anew") {
    AllocBench bench;
    bench.book.code_begins();
    const void* code = AllocBench::code();
    int asked = 0;
    const auto allocate = [&](std::uint64_t block) {
      bench.book.allocated(AllocBench::block(block), 1, AllocBench::instruction(5), [&] {
        ++asked;
        return AllocBench::facts(static_cast<std::uint64_t>(asked));
      });
    };
    // Known as a block of its own, or allocated while nothing was booked.
    for (const bool booked : {true, false}) {
      asked = 0;
      if (booked) bench.book.allocated(code, AllocBench::kCodeBytes, 0, [] { return AllocBench::facts(0); });
      allocate(1);
      allocate(2);
      CHECK(asked == 1);
      bench.book.freed(code);
      allocate(3);
      CHECK(asked == 2);
      bench.book.freed(code);
      CHECK(bench.named("<outside of Python code>").live_bytes == 0);
    }
  }

  TEST_CASE("paused, new blocks are not booked; what was booked and comes back is") {
    AllocBench bench;
    bench.book.code_begins();
    bench.allocate(1, 100, 1);
    bench.book.pause();
    bench.allocate(2, 50, 1);
    bench.reuse(1, 2);
    bench.free(1);
    CHECK(bench.at(1).live_bytes == 0);
    CHECK(bench.at(1).total_bytes == 100);
    bench.book.resume();
    bench.free(2);
    bench.allocate(3, 7, 1);
    CHECK(bench.at(1).live_bytes == 7);
    CHECK(bench.sites().live_bytes() == 7);
    CHECK(bench.sites().peak_bytes() == 100);
  }

  TEST_CASE("paused from the start, the interpreter's start is booked all the same") {
    AllocBench bench;
    bench.book.pause();
    bench.allocate(1, 100, 1);
    bench.book.code_begins();
    bench.allocate(2, 50, 1);
    CHECK(bench.named("<interpreter start>").live_bytes == 100);
    CHECK(bench.sites().live_bytes() == 100);
  }

  TEST_CASE("dropped, all is zero, and older blocks are never counted below it") {
    AllocBench bench;
    bench.book.code_begins();
    bench.allocate(1, 100, 1);
    bench.allocate(2, 30, 2);
    const AllocBook::Taken taken = bench.book.freed(AllocBench::block(2));
    bench.book.drop_all();
    CHECK(bench.sites().sites.empty());
    bench.book.put_back(AllocBench::block(2), taken);  // it was being resized meanwhile
    bench.free(1);
    CHECK(bench.sites().live_bytes() == 30);
    bench.free(2);
    CHECK(bench.sites().live_bytes() == 0);
    bench.allocate(1, 5, 1);
    CHECK(bench.at(1).live_bytes == 5);
    CHECK(bench.at(1).total_count == 1);
    CHECK(bench.at(1).peak_bytes == 0);  // 30 was more
  }

  TEST_CASE("a child begins with nothing, and what it frees of its parent's is not counted") {
    AllocBench bench;
    bench.book.code_begins();
    bench.allocate(1, 100, 1);
    pyharness::ProcessArea* child = bench.arena.writer().begin_process(2, 1);
    bench.book.begin_in_child(*child);
    bench.free(1);
    bench.allocate(2, 7, 1);
    CHECK(child->heap.live_bytes == 7);
    CHECK(bench.area->heap.live_bytes == 100);
    // Together: what was live adds up, the larger peak stays.
    CHECK(bench.at(1).live_bytes == 107);
    CHECK(bench.at(1).total_count == 2);
    CHECK(bench.at(1).peak_bytes == 100);
  }

  TEST_CASE("stopped, nothing changes any more") {
    AllocBench bench;
    bench.book.code_begins();
    bench.allocate(1, 100, 1);
    CHECK(bench.book.booking());
    bench.book.stop();
    CHECK(!bench.book.booking());
    pyharness::ProcessArea* child = bench.arena.writer().begin_process(2, 1);
    bench.book.begin_in_child(*child);
    CHECK(!bench.book.booking());
  }

  TEST_CASE("without room in the arena lines share a row, and that is counted") {
    AllocBench bench;
    bench.book.code_begins();
    bench.arena.leave_room_for(0);
    for (std::uint64_t i = 1; i <= 100; ++i) bench.allocate(i, 10, i);
    const AllocSites::Site rest = bench.named("<lines that found no room>");
    CHECK(rest.live_bytes > 0);
    CHECK(bench.sites().live_bytes() == 1000);
    CHECK(bench.lost(Loss::kArenaFull) > 0);
  }

  TEST_CASE("without any room nothing is booked, and that is counted") {
    pyharness::testing::TestArena arena(std::size_t{1} << 16);
    pyharness::ProcessArea* area = arena.writer().begin_process(1, 0);
    arena.leave_room_for(0);
    AllocBook book(arena.writer());
    book.begin(*area);
    book.code_begins();
    CHECK(!book.booking());
    CHECK(area->losses[static_cast<std::size_t>(Loss::kArenaFull)].load() == 1);
  }

  TEST_CASE("a block beyond the shadow's reach is a counted loss") {
    AllocBench bench;
    bench.book.code_begins();
    bench.book.allocated(reinterpret_cast<const void*>(std::uint64_t{1} << 50), 10, 0,
                         [] { return AllocBench::facts(1); });
    CHECK(bench.lost(Loss::kBlock) == 1);
    CHECK(bench.sites().live_bytes() == 0);
  }

  TEST_CASE("threads without the interpreter lock lose nothing") {
    AllocBench bench(std::size_t{4} << 20);
    bench.book.code_begins();
    constexpr std::uint64_t kBlocks = 200;
    constexpr std::uint64_t kRounds = 200;
    const auto work = [&](std::uint64_t thread) {
      for (std::uint64_t round = 0; round < kRounds; ++round) {
        for (std::uint64_t i = 0; i < kBlocks; ++i) bench.allocate(thread * kBlocks + i, 10 + i, i % 50);
        for (std::uint64_t i = 0; i < kBlocks; ++i) {
          if (round + 1 < kRounds || i % 2 == 0) bench.free(thread * kBlocks + i);
        }
      }
    };
    std::thread first(work, 1);
    std::thread second(work, 2);
    work(3);
    first.join();
    second.join();
    std::uint64_t live = 0;
    for (std::uint64_t i = 1; i < kBlocks; i += 2) live += 10 + i;
    CHECK(bench.sites().live_bytes() == 3 * live);
    CHECK(bench.area->heap.live_bytes == 3 * live);
    CHECK(bench.sites().total_count() == 3 * kBlocks * kRounds);
    CHECK(bench.sites().peak_bytes() == bench.area->heap.peak_bytes);
  }

  TEST_CASE("an arena full of garbage is read without harm") {
    AllocBench bench;
    bench.book.code_begins();
    for (std::uint64_t i = 1; i <= 50; ++i) bench.allocate(i, 10, i);
    std::mt19937_64 random(3);  // NOLINT(cert-msc51-cpp): the same every time
    const auto bytes = bench.arena.bytes();
    for (std::size_t at = sizeof(pyharness::ArenaHeader) + sizeof(pyharness::ProcessArea) + 4096; at + 8 < bytes.size();
         at += 8 + random() % 64) {
      const std::uint64_t garbage = random();
      std::memcpy(&bytes[at], &garbage, sizeof garbage);
    }
    const AllocSites sites = bench.sites();
    CHECK(sites.live_bytes() <= std::uint64_t{0x7FFFFFFFFFFFFFFF});
    for (const AllocSites::Site& site : sites.sites) CHECK(site.total_bytes <= std::uint64_t{0x7FFFFFFFFFFFFFFF});
  }

  TEST_CASE("thousands of random corruptions are read without a crash") {
    AllocBench bench;
    bench.book.code_begins();
    for (std::uint64_t i = 1; i <= 50; ++i) bench.allocate(i, 10, i);
    pyharness::testing::check_corruptions(bench.arena, [&] { return bench.sites(); });
  }
}

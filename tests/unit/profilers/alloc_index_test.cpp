// What is known by address: of blocks, and of instructions.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <thread>

#include "profilers/alloc/block_index.h"
#include "profilers/alloc/site_index.h"

using pyharness::BlockIndex;
using pyharness::SiteEntry;
using pyharness::SiteIndex;

namespace {

const void* at(std::uint64_t address) { return reinterpret_cast<const void*>(address); }

}  // namespace

TEST_SUITE("block index") {
  TEST_CASE("every sixteen bytes have an entry of their own, near and far") {
    BlockIndex index;
    std::map<std::uint64_t, BlockIndex::Entry*> entries;
    for (const std::uint64_t base :
         {0x10UL, 0x100000UL - 0x20, 0x400000000UL - 0x20, 0x7fffffffff00UL, 0xfffffffffff0UL}) {
      for (std::uint64_t i = 0; i < 4; ++i) {
        const std::uint64_t address = base + i * 16;
        if (address >> 48 != 0) continue;
        entries[address] = index.at(at(address));
        REQUIRE(entries[address] != nullptr);
        CHECK(*entries[address] == 0);
        *entries[address] = address;
      }
    }
    for (const auto& [address, entry] : entries) {
      CHECK(index.find(at(address)) == entry);
      CHECK(*entry == address);
    }
    index.clear();
    for (const auto& [address, entry] : entries) CHECK(*index.find(at(address)) == 0);
  }

  TEST_CASE("an address beyond the user's half has none") {
    BlockIndex index;
    CHECK(index.at(at(std::uint64_t{1} << 48)) == nullptr);
    CHECK(index.find(at(~std::uint64_t{0})) == nullptr);
    CHECK(index.find(nullptr) == nullptr);
  }

  TEST_CASE("threads that make room at the same time get the same room") {
    BlockIndex index;
    constexpr std::uint64_t kRooms = 64;
    const auto work = [&](std::uint64_t first) {
      for (std::uint64_t i = 0; i < kRooms; ++i) *index.at(at((i << 20) + first * 16)) = first;
    };
    std::thread other(work, 1);
    work(2);
    other.join();
    for (std::uint64_t i = 0; i < kRooms; ++i) {
      CHECK(*index.find(at((i << 20) + 16)) == 1);
      CHECK(*index.find(at((i << 20) + 32)) == 2);
    }
  }
}

TEST_SUITE("site index") {
  TEST_CASE("it is a map, whatever is added and forgotten") {
    std::mt19937_64 random(7);  // NOLINT(cert-msc51-cpp): the same every time
    std::vector<SiteEntry> sites(100);
    SiteIndex index;
    std::map<std::uint64_t, SiteEntry*> model;
    CHECK(index.find(2) == nullptr);
    index.forget(0, 100);
    for (int step = 0; step < 20'000; ++step) {
      const std::uint64_t address = 2 + random() % 8192 * 2;
      if (random() % 4 != 0) {
        if (model.contains(address)) continue;
        model[address] = &sites[random() % sites.size()];
        index.add(address, model[address]);
      } else {
        const std::uint64_t end = address + random() % 64;
        index.forget(address, end);
        model.erase(model.lower_bound(address), model.lower_bound(end));
      }
    }
    REQUIRE(model.size() > 1000);
    for (std::uint64_t address = 2; address < 2 * 8194; address += 2) {
      const auto known = model.find(address);
      CHECK(index.find(address) == (known == model.end() ? nullptr : known->second));
    }
    index.clear();
    CHECK(index.find(model.begin()->first) == nullptr);
  }
}

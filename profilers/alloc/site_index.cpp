#include "profilers/alloc/site_index.h"

#include <bit>

namespace pyharness {
namespace {

constexpr std::size_t kFirstSlots = 1024;
constexpr std::uintptr_t kUnitBytes = 2;  // an instruction begins at an even address

}  // namespace

void SiteIndex::put(Slot slot) noexcept {
  std::size_t i = home(slot.instruction);
  while (slots_[i].instruction != 0) i = (i + 1) & mask_;
  slots_[i] = slot;
}

void SiteIndex::add(Instruction instruction, SiteEntry* site) {
  if (slots_ == nullptr || (used_ + 1) * 2 > mask_ + 1) {
    const std::size_t before = slots_ == nullptr ? 0 : mask_ + 1;
    const std::size_t count = before == 0 ? kFirstSlots : before * 2;
    auto slots = std::make_unique<Slot[]>(count);
    slots_.swap(slots);
    mask_ = count - 1;
    shift_ = 64 - static_cast<unsigned>(std::bit_width(mask_));
    for (std::size_t i = 0; i < before; ++i) {
      if (slots[i].instruction != 0) put(slots[i]);
    }
  }
  put({instruction, site});
  ++used_;
}

void SiteIndex::erase(std::size_t at) noexcept {
  // What follows moves up, where that brings it no further than its home: no chain may have a gap.
  std::size_t gap = at;
  for (std::size_t i = (gap + 1) & mask_; slots_[i].instruction != 0; i = (i + 1) & mask_) {
    if (((i - home(slots_[i].instruction)) & mask_) >= ((i - gap) & mask_)) {
      slots_[gap] = slots_[i];
      gap = i;
    }
  }
  slots_[gap] = {};
  --used_;
}

void SiteIndex::forget(Instruction first, Instruction end) noexcept {
  if (slots_ == nullptr) return;
  for (Instruction each = (first + kUnitBytes - 1) / kUnitBytes * kUnitBytes; each < end; each += kUnitBytes) {
    for (std::size_t i = home(each); slots_[i].instruction != 0; i = (i + 1) & mask_) {
      if (slots_[i].instruction != each) continue;
      erase(i);
      break;
    }
  }
}

void SiteIndex::clear() noexcept {
  slots_.reset();
  mask_ = 0;
  used_ = 0;
  shift_ = 64;
}

}  // namespace pyharness

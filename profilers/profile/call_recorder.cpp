#include "profilers/profile/call_recorder.h"

#include <algorithm>
#include <new>

namespace pyharness {

void CallBook::begin(ProcessArea& area) {
  begin_tables(area);
  threads_.begin(area, TableKind::kCallThreads);
}

void CallBook::begin_tables(ProcessArea& area) {
  area_ = &area;
  calls_ = {arena_, area, TableKind::kCalls};
  edge_entries_ = {arena_, area, TableKind::kEdges};
  area.paused.store(booking_ ? 0 : 1, std::memory_order_relaxed);
}

void CallBook::begin_in_child(ProcessArea& area, Thread* current, Ticks now) {
  const std::vector<OpenCall> open = threads_.begin_in_child(area, TableKind::kCallThreads, current);
  for (auto& [identity, callee] : callees_) {
    callee.index = kNoIndex;
    callee.entry = nullptr;
    callee.last_edge = nullptr;
  }
  edges_.clear();
  edge_by_pair_.clear();
  begin_tables(area);
  if (current == nullptr) return;
  current->function_depth.clear();
  current->edge_depth.clear();
  if (current->capacity == 0) count_loss(Loss::kArenaFull);
  for (const OpenCall& call : open) reopen(*current, call.key, *callee_of(call), now);
}

CallBook::Callee* CallBook::add_callee(Identity identity) {
  const auto [at, added] = callees_.try_emplace(std::move(identity));
  if (added) at->second.identity = &at->first;
  return &at->second;
}

CallBook::Thread* CallBook::begin_thread(std::uint32_t os_id, Ticks now) {
  Thread* thread = threads_.begin_thread(os_id, now, [this](Thread& ended, Ticks at) { close_thread(ended, at); });
  if (thread == nullptr) count_loss(Loss::kArenaFull);
  return thread;
}

void CallBook::close_thread(Thread& thread, Ticks now) noexcept {
  while (thread.depth != 0) pop(thread, now);
}

void CallBook::close_ended(Ticks now) noexcept {
  threads_.close_ended(now, [this](Thread& thread, Ticks at) { close_thread(thread, at); });
}

void CallBook::reopen(Thread& thread, CallKey key, Callee& callee, Ticks now) noexcept {
  if (OpenCall* call = push(thread, key, callee, 0); call != nullptr) call->since = now;
}

bool CallBook::unwind_to(Thread& thread, CallKey key, Ticks now) noexcept {
  std::uint32_t at = thread.depth;
  while (at != 0 && thread.frames[at - 1].key != key) --at;
  if (at == 0) return false;
  while (thread.depth > at) pop(thread, now);
  return true;
}

CallBook::Edge* CallBook::find_edge(Thread& thread, const Callee& caller, Callee& callee) noexcept {
  try {
    const std::uint64_t pair = (std::uint64_t{caller.index} << 32 | callee.index) + 1;  // 0 is no key of the map
    Edge* const* known = edge_by_pair_.find(pair);
    Edge* edge = known == nullptr ? nullptr : *known;
    if (edge == nullptr) {
      std::uint32_t index = kNoIndex;
      edge_by_pair_.make_room();
      Edge& added = edges_.emplace_back();
      EdgeEntry* entry = edge_entries_.reserve(1, index);
      if (entry == nullptr) {
        edges_.pop_back();
        count_loss(Loss::kArenaFull);
        return nullptr;
      }
      entry->caller = caller.index;
      entry->callee = callee.index;
      edge_entries_.publish();
      added = {index, caller.index, entry};
      edge = edge_by_pair_.add(pair, &added);
    }
    if (edge->index >= thread.edge_depth.size()) thread.edge_depth.resize(edge_entries_.count());
    callee.last_edge = edge;
    return edge;
  } catch (const std::bad_alloc&) {
    count_loss(Loss::kArenaFull);
    return nullptr;
  }
}

bool CallBook::make_ready(Thread& thread, Callee& callee) noexcept {
  if (thread.depth == thread.capacity && !threads_.grow(thread)) return false;
  if (callee.entry == nullptr && !register_callee(callee)) return false;
  try {
    if (callee.index >= thread.function_depth.size()) thread.function_depth.resize(calls_.count());
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

bool CallBook::register_callee(Callee& callee) noexcept {
  try {
    std::uint32_t index = kNoIndex;
    CallEntry* entry = calls_.reserve(1, index);
    if (entry == nullptr) return false;
    entry->file = text_.add(callee.identity->file);
    entry->name = text_.add(callee.identity->name);
    entry->line = callee.identity->line;
    calls_.publish();
    callee.index = index;
    callee.entry = entry;
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

template <class Action>
void CallBook::each_open_call(Action&& action) noexcept {
  for (const auto& thread : threads_.all()) {
    for (std::uint32_t i = 0; i < thread->depth; ++i) action(thread->frames[i]);
  }
}

void CallBook::pause(Ticks now) noexcept {
  if (!booking_) return;
  close_ended(now);
  for (const auto& thread : threads_.all()) {
    for (std::uint32_t at = thread->depth; at != 0; --at) book_time(*thread, at - 1, now);
  }
  booking_ = false;
  area_->paused.store(1, std::memory_order_relaxed);
}

void CallBook::resume(Ticks now) noexcept {
  if (booking_) return;
  close_ended(now);
  booking_ = true;
  each_open_call([now](OpenCall& call) {
    call.since = now;
    call.child_ticks = 0;
  });
  area_->paused.store(0, std::memory_order_relaxed);
}

void CallBook::drop_all(Ticks now) noexcept {
  close_ended(now);
  for (std::uint32_t i = 0; i < calls_.count(); ++i) calls_.at(i)->figures = {};
  for (std::uint32_t i = 0; i < edge_entries_.count(); ++i) edge_entries_.at(i)->figures = {};
  each_open_call([now](OpenCall& call) {
    call.since = now;
    call.child_ticks = 0;
    call.flags &= ~call_flags::kCounted;
  });
}

void CallBook::count_loss(Loss loss) noexcept {
  area_->losses[static_cast<std::size_t>(loss)].fetch_add(1, std::memory_order_relaxed);
}

}  // namespace pyharness

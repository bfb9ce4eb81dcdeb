#include "profilers/line/line_recorder.h"

#include <algorithm>
#include <new>
#include <set>

namespace pyharness {

void LineBook::begin(ProcessArea& area) {
  begin_tables(area);
  threads_.begin(area, TableKind::kThreads);
}

void LineBook::begin_tables(ProcessArea& area) {
  area_ = &area;
  entries_ = {arena_, area, TableKind::kFunctions};
  lines_ = {arena_, area, TableKind::kLines};
  area.paused.store(booking_ ? 0 : 1, std::memory_order_relaxed);
}

void LineBook::begin_in_child(ProcessArea& area, Thread* current, Ticks now) {
  const std::uint32_t thread_index = current == nullptr ? 0 : current->index;
  std::vector<OpenFrame> open = threads_.begin_in_child(area, TableKind::kThreads, current);
  // Entries of the parent's tables mean nothing here: hold the ordinals.
  for (OpenFrame& frame : open) {
    if (frame.line_entry != kNoIndex) frame.line_entry -= activation(frame)->first_line_entry;
  }
  for (auto& [identity, function] : functions_) {
    std::unique_ptr<Activation> kept;
    // Those without a frame among `open` would keep the depth that they had.
    if (!open.empty() && thread_index < function.activations.size())
      kept = std::move(function.activations[thread_index]);
    function.activations.clear();
    if (kept != nullptr) function.activations.push_back(std::move(kept));
    function.entry = nullptr;
  }
  begin_tables(area);
  if (current != nullptr && current->capacity == 0) count_loss(Loss::kArenaFull);
  for (OpenFrame& frame : open) {
    if (Activation* on = activation(frame); on != nullptr) {
      if (on->function->entry == nullptr && !register_function(*on->function)) {
        --on->depth;
        frame.activation = 0;
        frame.line_entry = kNoIndex;
      } else {
        point_at(*on, *on->function);
        if (frame.line_entry != kNoIndex) frame.line_entry += on->first_line_entry;
        frame.line_since = now;
        if (frame.function_since != 0) frame.function_since = now;
      }
    }
    current->frames[current->depth] = frame;
    current->set_depth(current->depth + 1);
  }
}

LineBook::Function* LineBook::add_function(CodeFacts facts) {
  Identity identity{facts.file, facts.qualified_name, facts.first_line, facts.lines};
  const auto [at, added] = functions_.try_emplace(std::move(identity));
  Function& function = at->second;
  if (added) {
    function.index = LineIndex(facts.lines);
    function.facts = std::move(facts);
  }
  return &function;
}

void LineBook::mark(Function& function) noexcept {
  function.marked = true;
  // Also where it never runs: the report shows marked functions only, this one with no hits.
  if (function.entry != nullptr || register_function(function))
    function.entry->flags.fetch_or(function_flags::kMarked, std::memory_order_relaxed);
}

LineBook::Thread* LineBook::begin_thread(std::uint32_t os_id, Ticks now) {
  Thread* thread = threads_.begin_thread(os_id, now, [this](Thread& ended, Ticks at) { close_thread(ended, at); });
  if (thread == nullptr) count_loss(Loss::kArenaFull);
  return thread;
}

void LineBook::close_thread(Thread& thread, Ticks now) noexcept {
  while (thread.depth != 0) {
    close_frame(thread, thread.frames[thread.depth - 1], now);
    thread.set_depth(thread.depth - 1);
  }
}

void LineBook::close_ended(Ticks now) noexcept {
  threads_.close_ended(now, [this](Thread& thread, Ticks at) { close_thread(thread, at); });
}

bool LineBook::unwind_to(Thread& thread, FrameKey key, Ticks now) noexcept {
  std::uint32_t at = thread.depth;
  while (at != 0 && thread.frames[at - 1].key != key) --at;
  if (at == 0) return false;
  while (thread.depth > at) {
    close_frame(thread, thread.frames[thread.depth - 1], now);
    thread.set_depth(thread.depth - 1);
  }
  return true;
}

LineBook::Activation* LineBook::activation_of(Thread& thread, Function& function) noexcept {
  if (function.entry == nullptr && !register_function(function)) {
    count_loss(Loss::kArenaFull);
    return nullptr;
  }
  if (thread.index >= function.activations.size() || function.activations[thread.index] == nullptr) {
    try {
      if (thread.index >= function.activations.size()) function.activations.resize(thread.index + 1);
      auto on = std::make_unique<Activation>();
      on->open.assign(function.facts.lines.size(), 0);
      function.activations[thread.index] = std::move(on);
    } catch (const std::bad_alloc&) {
      count_loss(Loss::kArenaFull);
      return nullptr;
    }
  }
  Activation& on = *function.activations[thread.index];
  point_at(on, function);
  return &on;
}

void LineBook::point_at(Activation& on, Function& function) noexcept {
  on.function = &function;
  on.lines = function.lines;
  on.index = function.index.view();
  on.first_line_entry = function.first_line_entry;
}

bool LineBook::register_function(Function& function) noexcept {
  try {
    const CodeFacts& facts = function.facts;
    std::uint32_t index = kNoIndex;
    std::uint32_t first = 0;
    LineEntry* lines = facts.lines.empty() ? nullptr : lines_.reserve(facts.lines.size(), first);
    FunctionEntry* entry = lines == nullptr && !facts.lines.empty() ? nullptr : entries_.reserve(1, index);
    if (entry == nullptr || (lines == nullptr && !facts.lines.empty())) return false;
    for (std::size_t i = 0; lines != nullptr && i < facts.lines.size(); ++i) {
      lines[i].line = facts.lines[i];
      lines[i].function = index;
    }
    entry->file = text_.add(facts.file);
    entry->qualified_name = text_.add(facts.qualified_name);
    entry->first_line = facts.first_line;
    entry->last_line = facts.last_line;
    entry->first_line_entry = first;
    entry->line_entries = static_cast<std::uint32_t>(facts.lines.size());
    entry->engine = static_cast<std::uint32_t>(engine_);
    entry->flags.store(function.marked ? function_flags::kMarked : 0, std::memory_order_relaxed);
    lines_.publish();
    entries_.publish();
    function.entry = entry;
    function.first_line_entry = first;
    function.lines = lines;
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

template <class Action>
void LineBook::each_open_frame(Action&& action) noexcept {
  for (const auto& thread : threads_.all()) {
    for (std::uint32_t i = 0; i < thread->depth; ++i) {
      OpenFrame& frame = thread->frames[i];
      if (Activation* on = activation(frame); on != nullptr) action(frame, *on);
    }
  }
}

void LineBook::pause(Ticks now) noexcept {
  if (!booking_) return;
  close_ended(now);
  booking_ = false;
  area_->paused.store(1, std::memory_order_relaxed);
  each_open_frame([now](OpenFrame& frame, Activation& on) {
    if (frame.line_entry != kNoIndex && frame.books_line != 0) {
      on.lines[frame.line_entry - on.first_line_entry].ticks += now - frame.line_since;
    }
    frame.books_line = 0;
    if (frame.function_since != 0) on.function->entry->ticks += now - frame.function_since;
  });
}

void LineBook::resume(Ticks now) noexcept {
  if (booking_) return;
  close_ended(now);
  booking_ = true;
  // Of each line that is open several times on a thread, the outermost frame books: the first that is met from below.
  std::set<std::pair<const Activation*, std::uint32_t>> met;
  each_open_frame([&](OpenFrame& frame, Activation& on) {
    frame.line_since = now;
    if (frame.function_since != 0) frame.function_since = now;
    if (frame.line_entry != kNoIndex) frame.books_line = met.emplace(&on, frame.line_entry).second ? 1 : 0;
  });
  area_->paused.store(0, std::memory_order_relaxed);
}

void LineBook::drop_all(Ticks now) noexcept {
  close_ended(now);
  for (auto& [identity, function] : functions_) {
    if (function.entry == nullptr) continue;
    function.entry->ticks = 0;
    for (std::size_t i = 0; i < function.facts.lines.size(); ++i) {
      function.lines[i].hits = 0;
      function.lines[i].ticks = 0;
    }
  }
  each_open_frame([now](OpenFrame& frame, Activation&) {
    frame.line_since = now;
    if (frame.function_since != 0) frame.function_since = now;
  });
}

void LineBook::count_loss(Loss loss) noexcept {
  area_->losses[static_cast<std::size_t>(loss)].fetch_add(1, std::memory_order_relaxed);
}

}  // namespace pyharness

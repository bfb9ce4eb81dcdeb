#include "profilers/line/line_recorder.h"

#include <algorithm>
#include <new>

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
    frame.line_cost = frame.function_cost = frame.child_ticks = 0;
  }
  for (auto& [identity, function] : functions_) {
    std::unique_ptr<Activation> kept;
    // Those without a frame among `open` would keep the depth that they had.
    if (!open.empty() && thread_index < function.activations.size())
      kept = std::move(function.activations[thread_index]);
    function.activations.clear();
    if (kept != nullptr) {
      kept->entry = nullptr;
      function.activations.push_back(std::move(kept));
    }
    function.entry = nullptr;
  }
  of_threads_.clear();
  begin_tables(area);
  if (current != nullptr && current->capacity == 0) count_loss(Loss::kArenaFull);
  for (OpenFrame& frame : open) {
    if (Activation* on = activation(frame); on != nullptr) {
      if (on->entry == nullptr && !point_at(*on, *on->function, current->entry->os_id)) {
        --on->depth;
        frame.activation = 0;
        frame.line_entry = kNoIndex;
      } else {
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
  for (const auto& on : function.activations) {
    if (on != nullptr && on->entry != nullptr)
      on->entry->flags.fetch_or(function_flags::kMarked, std::memory_order_relaxed);
  }
}

LineBook::Thread* LineBook::begin_thread(std::uint32_t os_id, Ticks now) {
  Thread* thread = threads_.begin_thread(os_id, now, [this](Thread& ended, Ticks at) { close_thread(ended, at); });
  if (thread == nullptr) count_loss(Loss::kArenaFull);
  return thread;
}

void LineBook::close_thread(Thread& thread, Ticks now) noexcept {
  while (thread.depth != 0) pop_frame(thread, now);
}

void LineBook::close_ended(Ticks now) noexcept {
  threads_.close_ended(now, [this](Thread& thread, Ticks at) { close_thread(thread, at); });
}

bool LineBook::unwind_to(Thread& thread, FrameKey key, Ticks now) noexcept {
  std::uint32_t at = thread.depth;
  while (at != 0 && thread.frames[at - 1].key != key) --at;
  if (at == 0) return false;
  while (thread.depth > at) pop_frame(thread, now);
  return true;
}

LineBook::Activation* LineBook::make_activation(Thread& thread, Function& function) noexcept {
  try {
    if (thread.index >= function.activations.size()) function.activations.resize(thread.index + 1);
    std::unique_ptr<Activation>& on = function.activations[thread.index];
    if (on == nullptr) {
      on = std::make_unique<Activation>();
      on->open.assign(function.facts.lines.size(), 0);
    }
    if (point_at(*on, function, thread.entry->os_id)) return on.get();
  } catch (const std::bad_alloc&) {
  }
  count_loss(Loss::kArenaFull);
  return nullptr;
}

bool LineBook::point_at(Activation& on, Function& function, std::uint32_t thread) noexcept {
  Rows rows;
  if (per_thread_) {
    rows = add_rows(function, thread);
    if (rows.entry == nullptr) return false;
    try {
      of_threads_.push_back(rows);
    } catch (const std::bad_alloc&) {
      return false;
    }
  } else {
    if (function.entry == nullptr && !register_function(function)) return false;
    rows = {function.entry, function.lines, function.first_line_entry};
  }
  on.function = &function;
  on.entry = rows.entry;
  on.lines = rows.lines;
  on.index = function.index.view();
  on.first_line_entry = rows.first;
  on.thread = thread;
  return true;
}

bool LineBook::register_function(Function& function) noexcept {
  const Rows rows = add_rows(function, 0);
  if (rows.entry == nullptr) return false;
  function.entry = rows.entry;
  function.first_line_entry = rows.first;
  function.lines = rows.lines;
  return true;
}

LineBook::Rows LineBook::add_rows(const Function& function, std::uint32_t thread) noexcept {
  try {
    const CodeFacts& facts = function.facts;
    std::uint32_t index = kNoIndex;
    Rows rows;
    rows.lines = facts.lines.empty() ? nullptr : lines_.reserve(facts.lines.size(), rows.first);
    FunctionEntry* entry = rows.lines == nullptr && !facts.lines.empty() ? nullptr : entries_.reserve(1, index);
    if (entry == nullptr || (rows.lines == nullptr && !facts.lines.empty())) return {};
    for (std::size_t i = 0; rows.lines != nullptr && i < facts.lines.size(); ++i) {
      rows.lines[i].line = facts.lines[i];
      rows.lines[i].function = index;
    }
    entry->file = text_.add(facts.file);
    entry->qualified_name = text_.add(facts.qualified_name);
    entry->first_line = facts.first_line;
    entry->last_line = facts.last_line;
    entry->first_line_entry = rows.first;
    entry->line_entries = static_cast<std::uint32_t>(facts.lines.size());
    entry->engine = static_cast<std::uint32_t>(engine_);
    entry->thread = thread;
    entry->hit_cost = static_cast<std::uint32_t>(costs_.line);
    entry->flags.store(function.marked ? function_flags::kMarked : 0, std::memory_order_relaxed);
    lines_.publish();
    entries_.publish();
    rows.entry = entry;
    return rows;
  } catch (const std::bad_alloc&) {
    return {};
  }
}

// From the top of each thread's stack down.
template <class Action>
void LineBook::each_open_frame(Action&& action) noexcept {
  for (const auto& thread : threads_.all()) {
    for (std::uint32_t i = thread->depth; i-- > 0;) action(*thread, thread->frames[i]);
  }
}

void LineBook::pause(Ticks now) noexcept {
  if (!booking_) return;
  close_ended(now);
  each_open_frame([now](Thread& thread, OpenFrame& frame) {
    Ticks whole = frame.child_ticks;
    if (Activation* on = activation(frame); on != nullptr && frame.function_since != 0) {
      whole = now - frame.function_since;
      const std::uint64_t cost = thread.entry->hook_cost;
      if (frame.line_entry != kNoIndex) {
        book_line(thread, frame, on->lines[frame.line_entry - on->first_line_entry], now, frame.child_ticks);
      }
      if ((frame.flags & frame_flags::kOutermost) != 0) {
        on->entry->ticks += whole;
        on->entry->hook_cost += cost - frame.function_cost;
      }
    }
    if (&frame != thread.frames) (&frame - 1)->child_ticks += whole;
  });
  booking_ = false;
  area_->paused.store(1, std::memory_order_relaxed);
}

void LineBook::begin_open_anew(Ticks now) noexcept {
  each_open_frame([now](const Thread& thread, OpenFrame& frame) {
    frame.child_ticks = 0;
    frame.line_since = now;
    frame.line_cost = frame.function_cost = thread.entry->hook_cost;
    if (frame.function_since != 0) frame.function_since = now;
  });
}

void LineBook::resume(Ticks now) noexcept {
  if (booking_) return;
  close_ended(now);
  booking_ = true;
  begin_open_anew(now);
  area_->paused.store(0, std::memory_order_relaxed);
}

void LineBook::drop_all(Ticks now) noexcept {
  close_ended(now);
  const auto clear = [](const Rows& rows) {
    rows.entry->ticks = rows.entry->hook_cost = 0;
    for (std::uint32_t i = 0; i < rows.entry->line_entries; ++i) {
      LineEntry& line = rows.lines[i];
      line.hits = line.own_ticks = line.other_ticks = line.hook_cost = 0;
    }
  };
  for (auto& [identity, function] : functions_) {
    if (function.entry != nullptr) clear({function.entry, function.lines, function.first_line_entry});
  }
  for (const Rows& rows : of_threads_) clear(rows);
  begin_open_anew(now);
}

void LineBook::count_loss(Loss loss) noexcept {
  area_->losses[static_cast<std::size_t>(loss)].fetch_add(1, std::memory_order_relaxed);
}

}  // namespace pyharness

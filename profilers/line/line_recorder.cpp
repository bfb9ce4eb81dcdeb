#include "profilers/line/line_recorder.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <set>

namespace pyharness {
namespace {

constexpr std::uint32_t kFirstFrames = kPageBytes / sizeof(OpenFrame);

}  // namespace

void LineBook::begin(ProcessArea& area) {
  area_ = &area;
  text_ = {arena_, area, TableKind::kText};
  functions_ = {arena_, area, TableKind::kFunctions};
  lines_ = {arena_, area, TableKind::kLines};
  threads_ = {arena_, area, TableKind::kThreads};
  area.paused.store(booking_ ? 0 : 1, std::memory_order_relaxed);
}

void LineBook::prepare_fork(const Thread* current) {
  // A thread that runs no Python may fork without the interpreter lock: it must not touch anything.
  if (current != nullptr) forking_.assign(current->frames, current->frames + current->depth);
}

void LineBook::begin_in_child(ProcessArea& area, Thread* current, Ticks now) {
  // Entries of the parent's tables mean nothing here: hold the ordinals.
  if (current == nullptr) forking_.clear();
  for (OpenFrame& frame : forking_) {
    if (frame.line_entry != kNoIndex) frame.line_entry -= activation(frame)->code->first_line_entry;
  }
  for (const auto& code : codes_) {
    std::unique_ptr<Activation> kept;
    if (current != nullptr && current->index < code->activations.size())
      kept = std::move(code->activations[current->index]);
    code->activations.clear();
    if (kept != nullptr) code->activations.push_back(std::move(kept));
    code->first_line_entry = kNoIndex;
    code->lines = nullptr;
    code->function = nullptr;
  }
  std::erase_if(thread_list_, [&](const auto& thread) { return thread.get() != current; });
  known_.clear();
  known_text_.clear();
  begin(area);
  if (current == nullptr) return;

  current->index = 0;
  const auto depth = static_cast<std::uint32_t>(forking_.size());
  if (!claim_entry(*current, area.pid, std::max(kFirstFrames, depth))) {
    current->capacity = 0;
    current->depth = 0;
    return count_loss(Loss::kArenaFull);
  }
  for (std::uint32_t i = 0; i < depth; ++i) {
    OpenFrame frame = forking_[i];
    if (Activation* on = activation(frame); on != nullptr) {
      if (on->code->function == nullptr && !register_code(*on->code)) {
        frame.activation = 0;
      } else {
        point_at(*on, *on->code);
        if (frame.line_entry != kNoIndex) frame.line_entry += on->first_line_entry;
        frame.line_since = now;
        if (frame.function_since != 0) frame.function_since = now;
      }
    }
    current->frames[i] = frame;
  }
  current->depth = depth;
  current->entry->depth.store(depth, std::memory_order_release);
}

LineBook::Code* LineBook::add_code(CodeFacts facts, bool watched) {
  auto code = std::make_unique<Code>();
  code->index = LineIndex(facts.lines);
  code->facts = std::move(facts);
  code->watched = watched;
  code->place = codes_.size();
  codes_.push_back(std::move(code));
  return codes_.back().get();
}

void LineBook::forget_code(Code* code) noexcept {
  // A frame record that points here outlived its frame (its events were lost): the code must stay readable.
  for (const auto& on : code->activations) {
    if (on != nullptr && on->depth != 0) return;
  }
  const std::size_t place = code->place;
  std::swap(codes_[place], codes_.back());
  codes_[place]->place = place;
  codes_.pop_back();
}

void LineBook::mark(Code& code) noexcept {
  code.marked = true;
  // Also where it never runs: the report shows marked functions only, this one with no hits.
  if (code.function != nullptr || register_code(code))
    code.function->flags.fetch_or(function_flags::kMarked, std::memory_order_relaxed);
}

bool LineBook::claim_entry(Thread& thread, std::uint32_t os_id, std::uint32_t capacity) noexcept {
  ThreadEntry* entry = threads_.reserve(1, thread.index);
  const Offset stack = entry == nullptr ? 0 : arena_.claim(capacity * sizeof(OpenFrame));
  if (stack == 0) return false;
  entry->os_id = os_id;
  entry->capacity = capacity;
  entry->stack.store(stack, std::memory_order_relaxed);
  entry->state.store(static_cast<std::uint32_t>(ThreadState::kLive), std::memory_order_relaxed);
  threads_.publish();
  thread.entry = entry;
  thread.frames = reinterpret_cast<OpenFrame*>(arena_.at(stack));
  thread.capacity = capacity;
  thread.depth = 0;
  return true;
}

LineBook::Thread* LineBook::begin_thread(std::uint32_t os_id, Ticks now) {
  for (const auto& thread : thread_list_) {
    if (thread->entry->state.load(std::memory_order_acquire) != static_cast<std::uint32_t>(ThreadState::kEnded))
      continue;
    close_thread(*thread, std::min<Ticks>(now, thread->entry->ended_ticks));
    thread->entry->os_id = os_id;
    thread->entry->state.store(static_cast<std::uint32_t>(ThreadState::kLive), std::memory_order_relaxed);
    return thread.get();
  }
  auto thread = std::make_unique<Thread>();
  if (!claim_entry(*thread, os_id, kFirstFrames)) {
    count_loss(Loss::kArenaFull);
    return nullptr;
  }
  thread_list_.push_back(std::move(thread));
  return thread_list_.back().get();
}

void LineBook::end_thread(Thread& thread, Ticks now) noexcept {
  thread.entry->ended_ticks = now;
  thread.entry->state.store(static_cast<std::uint32_t>(ThreadState::kEnded), std::memory_order_release);
}

void LineBook::close_thread(Thread& thread, Ticks now) noexcept {
  while (thread.depth != 0) {
    close_frame(thread, thread.frames[thread.depth - 1], now);
    thread.entry->depth.store(--thread.depth, std::memory_order_release);
  }
}

bool LineBook::unwind_to(Thread& thread, FrameKey key, Ticks now) noexcept {
  std::uint32_t at = thread.depth;
  while (at != 0 && thread.frames[at - 1].key != key) --at;
  if (at == 0) return false;
  while (thread.depth > at) {
    close_frame(thread, thread.frames[thread.depth - 1], now);
    thread.entry->depth.store(--thread.depth, std::memory_order_release);
  }
  return true;
}

bool LineBook::make_room(Thread& thread) noexcept {
  const std::uint32_t capacity = thread.capacity == 0 ? kFirstFrames : thread.capacity * 2;
  const Offset stack = thread.entry == nullptr ? 0 : arena_.claim(std::size_t{capacity} * sizeof(OpenFrame));
  if (stack == 0) return false;
  auto* frames = reinterpret_cast<OpenFrame*>(arena_.at(stack));
  std::memcpy(static_cast<void*>(frames), thread.frames, thread.depth * sizeof(OpenFrame));
  // A reader that sees the old stack with the new capacity stays inside the arena, and the depth is still within the
  // old one.
  thread.entry->stack.store(stack, std::memory_order_release);
  thread.entry->capacity = capacity;
  thread.frames = frames;
  thread.capacity = capacity;
  return true;
}

LineBook::Activation* LineBook::activation_of(Thread& thread, Code& code) noexcept {
  if (code.function == nullptr && !register_code(code)) {
    count_loss(Loss::kArenaFull);
    return nullptr;
  }
  if (thread.index >= code.activations.size() || code.activations[thread.index] == nullptr) {
    try {
      if (thread.index >= code.activations.size()) code.activations.resize(thread.index + 1);
      auto on = std::make_unique<Activation>();
      on->open.assign(code.facts.lines.size(), 0);
      code.activations[thread.index] = std::move(on);
    } catch (const std::bad_alloc&) {
      count_loss(Loss::kArenaFull);
      return nullptr;
    }
  }
  Activation& on = *code.activations[thread.index];
  point_at(on, code);
  return &on;
}

void LineBook::point_at(Activation& on, Code& code) noexcept {
  on.code = &code;
  on.lines = code.lines;
  on.index = code.index.view();
  on.first_line_entry = code.first_line_entry;
}

bool LineBook::register_code(Code& code) noexcept {
  try {
    const CodeFacts& facts = code.facts;
    Identity identity{facts.file, facts.qualified_name, facts.first_line, facts.lines};
    std::uint32_t index = kNoIndex;
    if (const auto known = known_.find(identity); known != known_.end()) {
      index = known->second;
      code.function = functions_.at(index);
      code.first_line_entry = code.function->first_line_entry;
      code.lines = facts.lines.empty() ? nullptr : lines_.at(code.first_line_entry);
    } else {
      FunctionEntry* function = functions_.reserve(1, index);
      std::uint32_t first = 0;
      LineEntry* lines = facts.lines.empty() ? nullptr : lines_.reserve(facts.lines.size(), first);
      if (function == nullptr || (lines == nullptr && !facts.lines.empty())) return false;
      for (std::size_t i = 0; lines != nullptr && i < facts.lines.size(); ++i) {
        lines[i].line = facts.lines[i];
        lines[i].function = index;
      }
      function->file = add_text(facts.file);
      function->qualified_name = add_text(facts.qualified_name);
      function->first_line = facts.first_line;
      function->last_line = facts.last_line;
      function->first_line_entry = first;
      function->line_entries = static_cast<std::uint32_t>(facts.lines.size());
      function->engine = static_cast<std::uint32_t>(LineEngine::kTrace);
      function->flags.store(function_flags::kWatched | (facts.generated ? function_flags::kGenerated : 0),
                            std::memory_order_relaxed);
      lines_.publish();
      functions_.publish();
      known_.emplace(std::move(identity), index);
      code.function = function;
      code.first_line_entry = first;
      code.lines = lines;
    }
    if (code.marked) code.function->flags.fetch_or(function_flags::kMarked, std::memory_order_relaxed);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

TextRef LineBook::add_text(const std::string& text) noexcept {
  if (const auto known = known_text_.find(text); known != known_text_.end()) return known->second;
  TextRef ref{0, static_cast<std::uint32_t>(text.size())};
  char* room = text.empty() ? nullptr : text_.reserve(text.size(), ref.begin);
  if (room == nullptr) return {0, 0};
  text.copy(room, text.size());
  text_.publish();
  known_text_.emplace(text, ref);
  return ref;
}

template <class Action>
void LineBook::each_open_frame(Action&& action) noexcept {
  for (const auto& thread : thread_list_) {
    for (std::uint32_t i = 0; i < thread->depth; ++i) {
      OpenFrame& frame = thread->frames[i];
      if (Activation* on = activation(frame); on != nullptr) action(frame, *on);
    }
  }
}

void LineBook::pause(Ticks now) noexcept {
  if (!booking_) return;
  booking_ = false;
  area_->paused.store(1, std::memory_order_relaxed);
  each_open_frame([now](OpenFrame& frame, Activation& on) {
    if (frame.line_entry != kNoIndex && frame.books_line != 0) {
      on.lines[frame.line_entry - on.first_line_entry].ticks += now - frame.line_since;
    }
    frame.books_line = 0;
    if (frame.function_since != 0) on.code->function->ticks += now - frame.function_since;
  });
}

void LineBook::resume(Ticks now) noexcept {
  if (booking_) return;
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
  for (std::uint32_t i = 0; i < functions_.count(); ++i) {
    FunctionEntry& function = *functions_.at(i);
    function.ticks = 0;
    for (std::uint32_t k = 0; k < function.line_entries; ++k) {
      LineEntry& line = *lines_.at(function.first_line_entry + k);
      line.hits = 0;
      line.ticks = 0;
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

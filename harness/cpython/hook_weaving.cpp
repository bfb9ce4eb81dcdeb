#include "harness/cpython/hook_weaving.h"

#include <opcode.h>

#include <algorithm>

#include "harness/base/error.h"

namespace pyharness {
namespace {

constexpr std::uint32_t kNowhere = Instruction::kNowhere;

// Which ways into an instruction are line events. CPython's maybe_call_line_trace (Python/ceval.c) asks it of the
// instruction that ran before: another line, the frame's beginning, or a step back.
struct Arrivals {
  bool by_falling = false;
  bool by_jump = false;                          // of some jump
  const ExceptionRange* by_exception = nullptr;  // perhaps: that depends on where it was raised
};

class Weaver {
 public:
  Weaver(const Bytecode& original, std::uint32_t first_constant, WhatToWeave what, bool catches)
      : original_(original),
        code_(original.instructions),
        first_constant_(first_constant),
        lines_(what == WhatToWeave::kLines),
        leave_(lines_ ? HookKind::kLeave : HookKind::kEnd),
        catches_(catches),
        arrivals_(code_.size()),
        line_entry_(code_.size(), kNowhere),
        handler_entry_(code_.size(), kNowhere),
        plain_entry_(code_.size(), kNowhere),
        first_of_(code_.size() + 1, 0) {
    woven_.bytecode.instructions.reserve(2 * code_.size());
    while (start_ < code_.size() && code_[start_].opcode != RESUME) ++start_;
    if (start_ == code_.size()) throw Failure("this bytecode has no beginning.");
  }

  WovenBytecode weave() {
    if (lines_) find_arrivals();
    for (std::uint32_t i = 0; i < code_.size(); ++i) emit(i);
    first_of_[code_.size()] = size();
    if (catches_) emit_last_handler();
    aim_jumps();
    translate_exceptions();
    return std::move(woven_);
  }

 private:
  [[nodiscard]] bool falls_into(std::uint32_t i) const { return i > 0 && falls_through(code_[i - 1].opcode); }

  // Only what the program's own tracer would be told of: code before the first RESUME is not traced, RESUMEs never.
  [[nodiscard]] bool can_be_hit(std::uint32_t i) const {
    return lines_ && i > start_ && code_[i].source.line != 0 && code_[i].opcode != RESUME;
  }

  [[nodiscard]] bool is_line_event(std::uint32_t from, std::uint32_t to, bool jump) const {
    if (!can_be_hit(to)) return false;
    if (from <= start_ || code_[from].source.line != code_[to].source.line) return true;
    return jump && to <= from && code_[to].opcode != SEND;
  }

  void find_arrivals() {
    for (std::uint32_t i = 0; i < code_.size(); ++i) {
      if (falls_into(i)) arrivals_[i].by_falling = is_line_event(i - 1, i, false);
      if (const std::uint32_t to = code_[i].target; to != kNowhere && is_line_event(i, to, true))
        arrivals_[to].by_jump = true;
    }
    for (const ExceptionRange& range : original_.exceptions) {
      const ExceptionRange*& known = arrivals_[range.target].by_exception;
      if (known != nullptr && (known->depth != range.depth || known->pushes_instruction != range.pushes_instruction))
        throw Failure("this bytecode has a handler that begins in two ways.");
      if (can_be_hit(range.target)) known = &range;
    }
  }

  void emit(std::uint32_t i) {
    const Instruction& instruction = code_[i];
    const Arrivals& to = arrivals_[i];
    first_of_[i] = size();
    const bool by_line = to.by_falling || to.by_jump;
    if (falls_into(i) && !to.by_falling && (by_line || to.by_exception != nullptr)) skip_to(i);
    // The frame's first line is told by the hook that tells of the frame.
    if (by_line && !(to.by_falling && i == start_ + 1 && !to.by_jump)) {
      line_entry_[i] = size();
      emit_hook({HookKind::kLine, instruction.source.line}, i, instruction.source);
      if (to.by_exception != nullptr) skip_to(i);
    }
    if (to.by_exception != nullptr) emit_handler(i, *to.by_exception);
    plain_entry_[i] = size();
    if (i > start_ && instruction.opcode == RETURN_VALUE) emit_hook({leave_, 0}, i, instruction.source);
    woven_.bytecode.instructions.push_back(instruction);
    if (instruction.opcode != RESUME) return;
    if (!lines_) {
      if (i == start_) emit_hook({HookKind::kBegin, 0}, i, {});
    } else if (i == start_) {
      // Without a line, as if it were not there: RESUME has that of `def`, which is not reached.
      emit_hook({HookKind::kEnter, first_line()}, i, {});
    } else if (goes_straight_to_a_line(i)) {
      emit_hook({HookKind::kResume, 0}, i, instruction.source);
    } else {
      emit_hook({HookKind::kResume, instruction.source.line}, i, instruction.source);
    }
  }

  // CPython tells a handler where the exception was raised, if it wants to know: below the exception, on the stack.
  // Ours always wants to, and takes it away again where the original would not have it.
  void emit_handler(std::uint32_t i, const ExceptionRange& range) {
    const Instruction& instruction = code_[i];
    handler_entry_[i] = size();
    emit_hook({HookKind::kHandler, instruction.source.line, range.depth}, i, instruction.source);
    if (range.pushes_instruction) return;
    for (const auto& [opcode, argument] : {std::pair<std::uint8_t, std::uint32_t>{SWAP, 2}, {POP_TOP, 0}}) {
      insert(opcode, argument, i, instruction.source);
    }
  }

  // Whether a line event follows at once: then there is nothing to measure of the line that is resumed. (`yield x` as a
  // statement throws away what was sent, and goes on.)
  [[nodiscard]] bool goes_straight_to_a_line(std::uint32_t i) const {
    constexpr int kMostSteps = 4;
    for (int step = 0; step < kMostSteps; ++step) {
      const bool jumps = code_[i].opcode == JUMP_FORWARD || code_[i].opcode == JUMP_BACKWARD;
      if (!jumps && code_[i].opcode != RESUME && code_[i].opcode != POP_TOP && code_[i].opcode != NOP) return false;
      const std::uint32_t next = jumps ? code_[i].target : i + 1;
      if (next >= code_.size()) return false;
      if (is_line_event(i, next, jumps)) return true;
      i = next;
    }
    return false;
  }

  // Of the frame, where nothing else leads there that would tell of it twice.
  [[nodiscard]] std::uint32_t first_line() const {
    const std::uint32_t next = start_ + 1;
    if (next >= code_.size() || !arrivals_[next].by_falling || arrivals_[next].by_jump) return 0;
    return code_[next].source.line;
  }

  // What no handler of the function's own covers leaves the frame: tell of it, and go on raising from where it was
  // raised. Without a line: nobody's tracer hears of it.
  void emit_last_handler() {
    last_handler_ = size();
    const auto last = static_cast<std::uint32_t>(code_.size() - 1);
    emit_hook({leave_, 0}, last, {});
    insert(RERAISE, 1, last, {});
  }

  // Who asks where the frame is while it is in the hook, as a tracer of opcodes, is told of instruction `at`.
  void emit_hook(const CodeHook& hook, std::uint32_t at, const SourceRange& source) {
    insert(LOAD_CONST, first_constant_ + number_of(hook), at, source);
    // Its truth is asked, and that is our call; the way is the same either way.
    insert(POP_JUMP_FORWARD_IF_TRUE, 0, at, source);
  }

  // An instruction of ours, in front of instruction `at`.
  void insert(std::uint8_t opcode, std::uint32_t argument, std::uint32_t at, const SourceRange& source) {
    woven_.bytecode.instructions.push_back({.opcode = opcode,
                                            .argument = argument,
                                            .unit = code_[at].unit,
                                            .extensions = code_[at].extensions,
                                            .inserted = true,
                                            .source = source});
  }

  // One that is needed again is mostly needed again soon.
  std::uint32_t number_of(const CodeHook& hook) {
    constexpr std::size_t kLooked = 8;
    std::vector<CodeHook>& hooks = woven_.hooks;
    const auto from = hooks.rbegin();
    const auto to = hooks.size() > kLooked ? from + kLooked : hooks.rend();
    if (const auto found = std::find(from, to, hook); found != to)
      return static_cast<std::uint32_t>(hooks.rend() - found - 1);
    hooks.push_back(hook);
    return static_cast<std::uint32_t>(hooks.size() - 1);
  }

  void skip_to(std::uint32_t i) {
    skips_.push_back({size(), i});
    insert(JUMP_FORWARD, 0, i, code_[i].source);
  }

  void aim_jumps() {
    std::vector<Instruction>& woven = woven_.bytecode.instructions;
    for (std::uint32_t i = 0; i < code_.size(); ++i) {
      const std::uint32_t to = code_[i].target;
      if (to == kNowhere) continue;
      const bool hits = is_line_event(i, to, true);
      woven[own_place(i)].target = hits ? line_entry_[to] : plain_entry_[to];
    }
    for (const Skip& skip : skips_) woven[skip.at].target = plain_entry_[skip.to];
  }

  // Of the instruction itself, behind its hooks. What has a hook behind its plain entry is a return, which never jumps.
  [[nodiscard]] std::uint32_t own_place(std::uint32_t i) const { return plain_entry_[i]; }

  void translate_exceptions() {
    std::vector<ExceptionRange>& ranges = woven_.bytecode.exceptions;
    // From where the frame has been told of; hooks raise nothing, so it does not matter who covers them.
    std::uint32_t covered = plain_entry_[start_] + 1;
    const auto cover_until = [&](std::uint32_t end) {
      if (!catches_ || end <= covered) return;
      ranges.push_back({.first = covered, .end = end, .target = last_handler_, .depth = 0, .pushes_instruction = true});
    };
    for (const ExceptionRange& range : original_.exceptions) {
      ExceptionRange moved = range;
      moved.first = first_of_[range.first];
      moved.end = first_of_[range.end];
      const bool hooked = handler_entry_[range.target] != kNowhere;
      moved.target = hooked ? handler_entry_[range.target] : plain_entry_[range.target];
      moved.pushes_instruction = range.pushes_instruction || hooked;
      cover_until(moved.first);
      ranges.push_back(moved);
      covered = std::max(covered, moved.end);
    }
    cover_until(last_handler_);
  }

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(woven_.bytecode.instructions.size()); }

  struct Skip {
    std::uint32_t at;  // the jump
    std::uint32_t to;  // the instruction whose hooks it skips
  };

  const Bytecode& original_;
  const std::vector<Instruction>& code_;
  std::uint32_t first_constant_;
  bool lines_;
  HookKind leave_;
  bool catches_;
  std::uint32_t start_ = 0;  // the RESUME that the frame begins with
  std::vector<Arrivals> arrivals_;
  // Where in the woven code to arrive at an instruction: by a line event, by an exception, or without either.
  std::vector<std::uint32_t> line_entry_;
  std::vector<std::uint32_t> handler_entry_;
  std::vector<std::uint32_t> plain_entry_;
  std::vector<std::uint32_t> first_of_;  // what belongs to an instruction begins here
  std::vector<Skip> skips_;
  std::uint32_t last_handler_ = 0;
  WovenBytecode woven_;
};

}  // namespace

WovenBytecode weave_hooks(const Bytecode& original, std::uint32_t first_constant, WhatToWeave what, bool catches) {
  return Weaver(original, first_constant, what, catches).weave();
}

}  // namespace pyharness

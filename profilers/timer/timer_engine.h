#pragma once

#include <deque>
#include <filesystem>
#include <optional>
#include <string>

#include "harness/cpython/allocator_hooks.h"
#include "harness/cpython/code_facts.h"
#include "harness/cpython/code_slot.h"
#include "harness/cpython/current_frame.h"
#include "harness/cpython/owned_ref.h"
#include "profilers/timer/named_timers.h"
#include "profilers/timer/timer_recorder.h"
#include "profilers/watch.h"

namespace pyharness {

/// What the engines of named timers have in common: which code is timed and what it books into. A derived engine hears
/// of calls and tells the recorder. CPython gives hooks no context that the program would not see, hence one engine per
/// process.
template <Clock C>
class TimerEngineBase : public NamedTimers {
 public:
  explicit TimerEngineBase(const HostContext& context) : recorder_(context.arena, context.text), plan_(context.plan) {
    recorder_.begin(*context.area);
    if (context.plan.start_paused) recorder_.pause();
  }
  ~TimerEngineBase() override { TimerEngineBase::detach(); }

  void install() override {
    if (!plan_.timed.empty()) open();
  }
  void code_begins() noexcept override {}
  void detach() noexcept override { engine_ = nullptr; }
  void begin_in_child(ProcessArea& area) noexcept override { recorder_.begin(area); }
  void pause() noexcept override { recorder_.pause(); }
  void resume() noexcept override { recorder_.resume(); }
  void drop_all() noexcept override { recorder_.drop_all(); }

  void time_function(PyObject* object, const std::string& module, const std::string& name) noexcept override {
    const ErrorAside aside;
    const NoCollection quiet;
    const OwnMemory own;
    try {
      open();
      PyCodeObject* code = code_of(object);
      if (!is_function(code) || PyInterpreterState_Get() != PyInterpreterState_Main()) return;
      const Timed* before = known(code);
      listen(*add_timed(code, name.empty() ? own_name(code, module) : name), code, before != nullptr, object);
    } catch (const std::exception&) {
      recorder_.count_loss(Loss::kArenaFull);
    }
  }

  void* block_named(const std::string& name) noexcept override {
    try {
      recorder_.set_cost(cost());
      return recorder_.timer_named(name);
    } catch (const std::bad_alloc&) {
      recorder_.count_loss(Loss::kArenaFull);
      return nullptr;
    }
  }
  void enter_block(void* timer, PyObject* block) noexcept override {
    if (timer == nullptr) return;
    recorder_.enter(*static_cast<TimerBook::Timer*>(timer), {reinterpret_cast<std::uint64_t>(block), any_frame_key()});
  }
  void leave_block(PyObject* block) noexcept override {
    recorder_.leave_block({reinterpret_cast<std::uint64_t>(block), any_frame_key()});
  }

 protected:
  /// What a code object's calls are booked to.
  struct Timed {
    TimerBook::Timer* timer = nullptr;  // null: they are not timed
    bool generator = false;
  };

  /// Null before open() and where nothing may be booked any more.
  [[nodiscard]] static TimerEngineBase* engine() noexcept { return engine_; }

  /// Hooks in: once, before the first function is timed. Throws Failure.
  virtual void start() = 0;
  /// Calls of `code` are to be heard of from now on; `function` runs it. `again` where it was looked at before. Throws
  /// std::bad_alloc, Failure.
  virtual void listen(Timed& timed, PyCodeObject* code, bool again, PyObject* function) = 0;
  /// The code object that the program gave a function.
  virtual PyCodeObject* code_of(PyObject* function) noexcept {
    return reinterpret_cast<PyCodeObject*>(PyFunction_GetCode(function));
  }

  void open() {
    if (is_open_) return;
    slot_.open();
    recorder_.set_cost(cost());
    if (!plan_.timed.empty()) {
      WatchPlan patterns;
      patterns.only = plan_.timed;
      filter_.emplace(patterns, WatchSurroundings{});
    }
    engine_ = this;
    start();
    is_open_ = true;
  }

  [[nodiscard]] bool has_patterns() const noexcept { return filter_.has_value(); }

  /// What is known of a code object; null where nobody asked so far.
  [[nodiscard]] Timed* known(PyCodeObject* code) const noexcept {
    return static_cast<Timed*>(slot_.get(reinterpret_cast<PyObject*>(code)));
  }

  /// The same of code that is about to run in globals of `module`; asks the patterns where it is new. Cold. Never null.
  [[gnu::noinline]] Timed* look_at(PyCodeObject* code, auto&& module_of) noexcept {
    const ErrorAside aside;
    const NoCollection quiet;
    const OwnMemory own;
    try {
      if (PyInterpreterState_Get() != PyInterpreterState_Main()) return &untimed_;
      if (filter_ && is_function(code)) {
        const std::string module = module_of();
        if (filter_->watches({.file = code_file(code), .module = module, .qualified_name = code_qualified_name(code)}))
          return add_timed(code, own_name(code, module));
      }
      slot_.set(reinterpret_cast<PyObject*>(code), &untimed_);
    } catch (const std::exception&) {
      recorder_.count_loss(Loss::kArenaFull);
    }
    return &untimed_;
  }

  TimerRecorder<C> recorder_;

 private:
  // Of functions: module and class bodies are none, nor what 3.12 runs within them.
  static bool is_function(PyCodeObject* code) {
    if ((code->co_flags & CO_OPTIMIZED) == 0) return false;
    const std::string name = code_qualified_name(code);
    for (const char* inner : {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}) {
      if (name.ends_with(inner)) return false;
    }
    return true;
  }

  // As --time takes it: "shop:Cart.add", also where the program's main module is shop.py.
  static std::string own_name(PyCodeObject* code, const std::string& module) {
    const std::string file = code_file(code);
    const bool main = module == "__main__" && !is_generated_label(file);
    return (main ? std::filesystem::path(file).stem().string() : module) + ":" + code_qualified_name(code);
  }

  Timed* add_timed(PyCodeObject* code, const std::string& name) {
    TimerBook::Timer* timer = recorder_.timer_named(name);
    Timed* timed = known(code);
    if (timed == nullptr || timed == &untimed_) {
      timed = &timed_.emplace_back();
      timed->generator = (code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) != 0;
      if (!slot_.set(reinterpret_cast<PyObject*>(code), timed)) throw std::bad_alloc();
    }
    timed->timer = timer;
    return timed;
  }

  // The least of many: two readings of the clock with the recorder's own work between them.
  static Ticks cost() noexcept {
    return TimerRecorder<C>::least_cost([] {
      const Ticks before = C::now();
      return C::now() - before;
    });
  }

  static inline TimerEngineBase* engine_ = nullptr;

  const HostPlan& plan_;
  std::optional<WatchFilter> filter_;
  CodeSlot slot_;
  Timed untimed_;
  std::deque<Timed> timed_;
  bool is_open_ = false;
};

}  // namespace pyharness

// The fast engine of named timers: code objects with a hook where a call begins and one where it ends
// (docs/instrumented-code.md). Where line mode has woven its hooks already, those tell us too.
#include <utility>

#include "harness/base/error.h"
#include "harness/cpython/code_disguise.h"
#include "harness/cpython/hook_object.h"
#include "harness/cpython/instrumented_code.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/tracer_disguise.h"
#include "profilers/line/instrumented_codes.h"
#include "profilers/timer/timer_engine.h"

namespace pyharness {
namespace {

template <Clock C>
class InstrumentingTimers final : public TimerEngineBase<C> {
  using Base = TimerEngineBase<C>;

 public:
  using Base::Base;

  void imports_begin() noexcept override { code_begins(); }
  void code_begins() noexcept override {
    if (std::exchange(begun_, true)) return;
    if (self() != nullptr) watch_code();
  }
  // What is woven in stays, and finds nobody to tell.
  void remove() noexcept override { this->detach(); }

 private:
  using typename Base::Timed;

  static InstrumentingTimers* self() noexcept { return static_cast<InstrumentingTimers*>(Base::engine()); }

  void start() override {
    running_thread_ = running_thread();
    open_instrumented_code();
    open_timer_hooks(on_begin, on_end);
    open_code_disguise();
    if (link_seams().program_tracer == nullptr) link_seams().program_tracer = hide_hooks_from_tracer;
    if (begun_) watch_code();
  }

  PyCodeObject* code_of(PyObject* function) noexcept override { return as_program_sees(Base::code_of(function)); }

  // Last of all profilers: what line mode has woven is ours too.
  static void watch_code() noexcept {
    others_ = link_seams().code_to_run;
    link_seams().code_to_run = code_to_run;
  }

  static PyObject* code_to_run(PyCodeObject* code, PyObject* globals, bool as_function) noexcept {
    OwnedRef woven = others_ == nullptr ? OwnedRef() : OwnedRef::steal(others_(code, globals, as_function));
    InstrumentingTimers* engine = self();
    if (engine == nullptr || !as_function || original_code(code) != nullptr) return woven.release();
    Timed* timed = engine->known(code);
    if (timed == nullptr) timed = engine->look_at(code, [globals] { return globals_module(globals); });
    if (timed->timer == nullptr) return woven.release();
    if (woven) {
      tell_of_calls(reinterpret_cast<PyCodeObject*>(woven.get()), timed);
      return woven.release();
    }
    return engine->instrumented(code, *timed).release();
  }

  void listen(Timed& timed, PyCodeObject* code, bool, PyObject* object) override {
    auto* function = reinterpret_cast<PyFunctionObject*>(object);
    auto* runs = reinterpret_cast<PyCodeObject*>(function->func_code);
    if (original_code(runs) != nullptr) return tell_of_calls(runs, &timed);
    const OwnedRef woven = instrumented(code, timed);
    if (woven) set_function_code(function, reinterpret_cast<PyCodeObject*>(woven.get()));
  }

  // Null where it cannot be had.
  OwnedRef instrumented(PyCodeObject* code, Timed& timed) noexcept {
    if (OwnedRef living = instrumented_code(code)) {
      tell_of_calls(reinterpret_cast<PyCodeObject*>(living.get()), &timed);
      return living;
    }
    const ErrorAside aside;
    const NoCollection quiet;
    const OwnMemory own;
    try {
      const auto hook_of = [](const CodeHook& hook) { return make_hook(hook, nullptr, HookObject::kNoOrdinal); };
      OwnedRef made = instrument_code(code, hook_of, WhatToWeave::kCalls, true);
      tell_of_calls(reinterpret_cast<PyCodeObject*>(made.get()), &timed);
      kept_.add(OwnedRef::share(made.get()));
      return made;
    } catch (const Failure&) {
      this->recorder_.count_loss(Loss::kForeignCode);
    } catch (const std::bad_alloc&) {
      this->recorder_.count_loss(Loss::kArenaFull);
    }
    return {};
  }

  static int on_begin(PyObject* object) {
    InstrumentingTimers* engine = self();
    const Timed* timed = static_cast<const Timed*>(reinterpret_cast<const HookObject*>(object)->timer);
    if (engine == nullptr || timed == nullptr) return 1;
    if (timed->generator) {
      engine->recorder_.enter_generator(*timed->timer, current_frame_key(running_thread_));
    } else {
      engine->recorder_.enter(*timed->timer, {current_frame_key(running_thread_), 0});
    }
    return 1;
  }

  static int on_end(PyObject* object) {
    InstrumentingTimers* engine = self();
    const Timed* timed = static_cast<const Timed*>(reinterpret_cast<const HookObject*>(object)->timer);
    if (engine == nullptr || timed == nullptr) return 1;
    if (timed->generator) {
      engine->recorder_.leave_generator(current_frame_key(running_thread_));
    } else {
      engine->recorder_.leave({current_frame_key(running_thread_), 0});
    }
    return 1;
  }

  static inline PyObject* (*others_)(PyCodeObject*, PyObject*, bool) = nullptr;

  static inline RunningThread running_thread_ = nullptr;

  RepeatedCodes kept_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<NamedTimers> make_timer_instrumenter(const HostContext& context) {
  if (context.clock == ClockSource::kTsc) return std::make_unique<InstrumentingTimers<TscClock>>(context);
  return std::make_unique<InstrumentingTimers<SystemClock>>(context);
}

}  // namespace pyharness

#pragma once

#include <optional>
#include <string>

#include "harness/cpython/code_facts.h"
#include "harness/cpython/code_slot.h"
#include "harness/cpython/interpreter_paths.h"
#include "harness/cpython/owned_ref.h"
#include "profilers/event_engine.h"
#include "profilers/profile/c_functions.h"
#include "profilers/profile/call_recorder.h"
#include "profilers/profile/profile_collect.h"
#include "profilers/watch.h"

namespace pyharness {

/// What the profile engines have in common: which functions are watched and what they are booked to. A derived engine
/// hears of calls and tells the recorder.
template <Clock C>
class ProfileEngineBase : public EventEngine<CallBook, CallRecorder<C>, C> {
  using Base = EventEngine<CallBook, CallRecorder<C>, C>;

 public:
  explicit ProfileEngineBase(const HostContext& context)
      : Base(context),
        c_functions_(recorder_),
        chosen_(!context.plan.watch.only.empty() || !context.plan.watch.exclude.empty()),
        builtins_(!context.plan.options.contains(std::string(kNoBuiltins))),
        watch_(context.plan.watch) {}

  void mark_function(PyObject* object, const std::string& module) noexcept override {
    auto* code = reinterpret_cast<PyCodeObject*>(PyFunction_GetCode(object));
    try {
      if (!watches(code, module, true)) return;
      const Callee* before = known_callee(code);
      slot_.set(reinterpret_cast<PyObject*>(code), recorder_.add_callee(identity_of(code)));
      if (before != nullptr && !before->watched) watched_after_all();
    } catch (const std::exception&) {
      recorder_.count_loss(Loss::kArenaFull);
    }
  }

 protected:
  using Callee = CallBook::Callee;
  using Thread = CallBook::Thread;
  using typename Base::Record;

  void open() {
    this->open_engine();
    filter_.emplace(watch_, WatchSurroundings{standard_library_directories(), editable_install_roots()},
                    WatchDefault::kEverything);
    slot_.open();
  }

  /// What is known of a code object; null where it was never called.
  [[nodiscard]] Callee* known_callee(PyCodeObject* code) const noexcept {
    return static_cast<Callee*>(slot_.get(reinterpret_cast<PyObject*>(code)));
  }

  /// Cold: once per code object, at its first call, in `frame`.
  [[gnu::noinline]] Callee* first_call(PyCodeObject* code, PyFrameObject* frame) noexcept {
    const ErrorAside aside;
    const NoCollection quiet;
    try {
      Callee* callee =
          watches(code, frame_module(frame), false) ? recorder_.add_callee(identity_of(code)) : recorder_.unwatched();
      slot_.set(reinterpret_cast<PyObject*>(code), callee);
      return callee;
    } catch (const std::exception&) {
      recorder_.count_loss(Loss::kArenaFull);
      return recorder_.unwatched();
    }
  }

  /// A frame of `code` ends that is not the innermost open call: one that is not watched or found no room, or, where a
  /// C library switches stacks below Python (greenlet), one with others still on top of it: those are ended, so that
  /// the record cannot drift away from what runs.
  void late_return(Thread& thread, PyCodeObject* code, CallKey key) noexcept {
    const Callee* callee = known_callee(code);
    if (callee != nullptr && callee->watched && recorder_.unwind_to(thread, key, C::now()))
      recorder_.leave(thread, key);
  }

  /// Some code was turned down before, when it was not decorated yet.
  virtual void watched_after_all() noexcept {}

  using Base::recorder_;
  CFunctions c_functions_;
  const bool chosen_;    // --only or --exclude: some code is not watched
  const bool builtins_;  // C functions are booked

 private:
  bool watches(PyCodeObject* code, const std::string& module, bool marked) {
    return !chosen_ || filter_->watches({.file = code_file(code),
                                         .module = module,
                                         .qualified_name = code_qualified_name(code),
                                         .marked = marked,
                                         .caller_watched = false,
                                         .outermost = false});
  }

  CallBook::Identity identity_of(PyCodeObject* code) {
    const std::string file = code_file(code);
    const std::uint64_t digest = code_digest(code);
    return {.file = filter_->canonical(file),
            .line = static_cast<std::uint32_t>(code->co_firstlineno),
            .name = code_qualified_name(code),
            .variant = is_generated_label(file) ? digest % CallBook::kMostVariants : digest};
  }

  WatchPlan watch_;
  std::optional<WatchFilter> filter_;  // from open() on: it asks the interpreter
  CodeSlot slot_;
};

}  // namespace pyharness

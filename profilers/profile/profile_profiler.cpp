#include "profilers/profile/profile_profiler.h"

#include <unistd.h>

#include <optional>

#include "harness/cpython/code_facts.h"
#include "harness/cpython/code_slot.h"
#include "harness/cpython/frame_facts.h"
#include "harness/cpython/interpreter_paths.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/owned_ref.h"
#include "harness/cpython/thread_tracing.h"
#include "profilers/profile/c_functions.h"
#include "profilers/profile/call_owners.h"
#include "profilers/profile/call_recorder.h"
#include "profilers/profile/profile_collect.h"
#include "profilers/watch.h"

namespace pyharness {
namespace {

template <Clock C>
class ProfileEngine;

// CPython gives a profile function no context that the program would not see, hence one engine per clock and process.
template <Clock C>
ProfileEngine<C>* g_engine = nullptr;

/// A thread's record, given back when the thread ends.
template <Clock C>
struct ThreadHandle {
  CallBook::Thread* thread = nullptr;
  bool refused = false;
  bool ended = false;
  CallOwners owners;
  Py_tracefunc program = nullptr;  // the program's own profiler, while it has one here
  ~ThreadHandle() {
    if (thread != nullptr && g_engine<C> != nullptr) CallBook::end_thread(*thread, C::now());
    // Destructors of other thread-local values may still run Python here: the record may already be somebody else's.
    thread = nullptr;
    refused = ended = true;
  }
};
template <Clock C>
thread_local ThreadHandle<C> t_handle;

template <Clock C>
class ProfileEngine final : public Profiler {
 public:
  explicit ProfileEngine(const HostContext& context)
      : recorder_(context.arena, context.text),
        c_functions_(recorder_),
        watch_(context.plan.watch),
        chosen_(!watch_.only.empty() || !watch_.exclude.empty()),
        builtins_(!context.plan.options.contains(std::string(kNoBuiltins))) {
    recorder_.begin(*context.area);
    if (context.plan.start_paused) recorder_.pause(C::now());
  }
  ~ProfileEngine() override { g_engine<C> = nullptr; }

  void install() override {
    g_engine<C> = this;
    filter_.emplace(watch_, WatchSurroundings{standard_library_directories(), editable_install_roots()},
                    WatchDefault::kEverything);
    slot_.open();
    // Also told after a fork, of a thread that may have the program's profiler.
    link_seams().thread_born = [](PyThreadState* thread) {
      if (profiler_of(thread) == nullptr) start_profiling(thread, on_event);
    };
    link_seams().program_profiler = [](PyThreadState* thread, bool installed) {
      if (installed) {
        g_engine<C>->step_aside(thread);
      } else {
        g_engine<C>->come_back(thread);
      }
    };
    start_profiling(PyThreadState_Get(), on_event);
  }

  void remove() noexcept override {
    link_seams().thread_born = nullptr;
    link_seams().program_profiler = nullptr;
    PyThreadState* thread = PyThreadState_Get();
    if (is_profiling(thread, on_event)) stop_profiling(thread);
  }

  void detach() noexcept override { g_engine<C> = nullptr; }
  void prepare_fork() noexcept override { recorder_.prepare_fork(t_handle<C>.thread); }
  void begin_in_child(ProcessArea& area) noexcept override {
    recorder_.begin_in_child(area, t_handle<C>.thread, C::now());
  }
  void pause() noexcept override { recorder_.pause(C::now()); }
  void resume() noexcept override { recorder_.resume(C::now()); }
  void drop_all() noexcept override { recorder_.drop_all(C::now()); }

  void mark_code(PyObject* object, const std::string& module) noexcept override {
    auto* code = reinterpret_cast<PyCodeObject*>(object);
    try {
      if (watches(code, module, true)) slot_.set(object, recorder_.add_callee(identity_of(code)));
    } catch (const std::exception&) {
      recorder_.count_loss(Loss::kArenaFull);
    }
  }

 private:
  using Callee = CallBook::Callee;
  using Thread = CallBook::Thread;

  static int on_event(PyObject*, PyFrameObject* frame, int what, PyObject* argument) {
    ProfileEngine* engine = g_engine<C>;
    ThreadHandle<C>& handle = t_handle<C>;
    Thread* thread = handle.thread;
    if (engine == nullptr) return 0;
    if (thread == nullptr && (thread = engine->begin_thread()) == nullptr) {
      is_own_event(handle, what);
      return 0;
    }
    switch (what) {
      case PyTrace_CALL:
        engine->on_call(*thread, frame);
        break;
      case PyTrace_RETURN:
        if (!engine->recorder_.leave(*thread, key_of(frame))) engine->on_late_return(*thread, frame);
        break;
      case PyTrace_C_CALL:
        handle.owners.enter();
        if (engine->builtins_) engine->on_c_call(*thread, frame, argument);
        break;
      case PyTrace_C_RETURN:
      case PyTrace_C_EXCEPTION:
        handle.owners.leave();
        if (engine->builtins_)
          engine->recorder_.leave(*thread, CFunctions::key_of(CFunctions::definition_of(argument)));
        break;
      default:
        break;
    }
    return 0;
  }

  static CallKey key_of(const PyFrameObject* frame) noexcept { return reinterpret_cast<CallKey>(frame); }

  void on_call(Thread& thread, PyFrameObject* frame) noexcept {
    PyCodeObject* code = PyFrame_GetCode(frame);
    auto* callee = static_cast<Callee*>(slot_.get(reinterpret_cast<PyObject*>(code)));
    if (callee == nullptr) callee = callee_of(code, frame);
    if (callee->watched) recorder_.enter(thread, key_of(frame), *callee);
    Py_DECREF(code);
  }

  // A frame that is not watched or found no room, or, where a C library switches stacks below Python (greenlet), one
  // with others still on top of it: those are ended, so that the record cannot drift away from what runs.
  void on_late_return(Thread& thread, PyFrameObject* frame) noexcept {
    PyCodeObject* code = PyFrame_GetCode(frame);
    const auto* callee = static_cast<Callee*>(slot_.get(reinterpret_cast<PyObject*>(code)));
    const bool watched = callee != nullptr && callee->watched;
    Py_DECREF(code);
    if (watched && recorder_.unwind_to(thread, key_of(frame), C::now())) recorder_.leave(thread, key_of(frame));
  }

  void on_c_call(Thread& thread, PyFrameObject* frame, PyObject* function) noexcept {
    // What code that is not watched calls is part of it.
    if (chosen_ && !CallBook::is_on_top(thread, key_of(frame))) return;
    const PyMethodDef* definition = CFunctions::definition_of(function);
    Callee* callee = definition == nullptr ? nullptr : c_functions_.callee_of(*definition, function);
    if (callee != nullptr) recorder_.enter(thread, CFunctions::key_of(definition), *callee);
  }

  [[gnu::noinline]] Thread* begin_thread() noexcept {
    auto& handle = t_handle<C>;
    if (handle.refused) return nullptr;
    try {
      handle.thread = recorder_.begin_thread(static_cast<std::uint32_t>(gettid()), C::now());
    } catch (const std::bad_alloc&) {
      recorder_.count_loss(Loss::kArenaFull);
    }
    handle.refused = handle.thread == nullptr;
    return handle.thread;
  }

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

  // Cold: once per code object, at its first call.
  [[gnu::noinline]] Callee* callee_of(PyCodeObject* code, PyFrameObject* frame) noexcept {
    const ErrorAside aside;
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

  // The program's own sys.setprofile or cProfile took our place on a thread.
  void step_aside(PyThreadState* thread) noexcept {
    auto& handle = t_handle<C>;
    recorder_.count_loss(Loss::kProgramProfiler);
    if (thread != PyThreadState_Get()) return;
    if (handle.thread != nullptr) recorder_.close_thread(*handle.thread, C::now());
    if (handle.program == nullptr) change_owner(handle);
    handle.program = profiler_of(thread);
    start_profiling(thread, on_program_event);
  }

  // One event of the program's profiler.
  static int on_program_event(PyObject* object, PyFrameObject* frame, int what, PyObject* argument) {
    ThreadHandle<C>& handle = t_handle<C>;
    return is_own_event(handle, what) ? handle.program(object, frame, what, argument) : 0;
  }

  // Follows the C calls of a thread. False for the end of one that whoever is there now did not see begin.
  static bool is_own_event(ThreadHandle<C>& handle, int what) noexcept {
    if (handle.ended) return true;
    if (what == PyTrace_C_CALL) handle.owners.enter();
    return (what != PyTrace_C_RETURN && what != PyTrace_C_EXCEPTION) || handle.owners.leave();
  }

  void change_owner(ThreadHandle<C>& handle) noexcept {
    try {
      handle.owners.change();
    } catch (const std::bad_alloc&) {
      recorder_.count_loss(Loss::kArenaFull);
    }
  }

  // And gave it back. What is open then goes on: its time is booked, though its beginning was not seen.
  void come_back(PyThreadState* thread) noexcept {
    auto& handle = t_handle<C>;
    start_profiling(thread, on_event);
    if (thread != PyThreadState_Get() || handle.program == nullptr) return;
    handle.program = nullptr;
    change_owner(handle);
    if (handle.thread == nullptr) return;
    try {
      for (PyFrameObject* frame : open_frames(thread)) {
        PyCodeObject* code = PyFrame_GetCode(frame);
        auto* callee = static_cast<Callee*>(slot_.get(reinterpret_cast<PyObject*>(code)));
        if (callee == nullptr) callee = callee_of(code, frame);
        if (callee->watched) recorder_.reopen(*handle.thread, key_of(frame), *callee, C::now());
        Py_DECREF(code);
      }
    } catch (const std::bad_alloc&) {
      recorder_.count_loss(Loss::kArenaFull);
    }
  }

  CallRecorder<C> recorder_;
  CFunctions c_functions_;
  WatchPlan watch_;
  bool chosen_;                        // --only or --exclude: some code is not watched
  bool builtins_;                      // C functions are booked
  std::optional<WatchFilter> filter_;  // from install() on: it asks the interpreter
  CodeSlot slot_;
};

}  // namespace

std::unique_ptr<Profiler> make_profile_profiler(const HostContext& context) {
  if (context.clock == ClockSource::kTsc) return std::make_unique<ProfileEngine<TscClock>>(context);
  return std::make_unique<ProfileEngine<SystemClock>>(context);
}

}  // namespace pyharness

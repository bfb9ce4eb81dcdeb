// The plain engine on 3.11: a C profile function on every thread, and the arithmetic of cProfile.
#include "harness/cpython/frame_facts.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/thread_tracing.h"
#include "profilers/profile/call_owners.h"
#include "profilers/profile/profile_engine.h"
#include "profilers/profile/profile_profiler.h"

namespace pyharness {
namespace {

template <Clock C>
class ProfileEngine final : public ProfileEngineBase<C> {
 public:
  using ProfileEngineBase<C>::ProfileEngineBase;

  void install() override {
    this->open();
    // Also told after a fork, of a thread that may have the program's profiler.
    link_seams().thread_born = [](PyThreadState* thread) {
      if (profiler_of(thread) == nullptr) start_profiling(thread, on_event);
    };
    link_seams().program_profiler = [](PyThreadState* thread, bool installed) {
      if (self() == nullptr) return;
      if (installed) {
        self()->step_aside(thread);
      } else {
        self()->come_back(thread);
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

 private:
  using Base = ProfileEngineBase<C>;
  using typename Base::Callee;
  using typename Base::Record;
  using typename Base::Thread;

  /// Who has the hook on this thread.
  struct Owner {
    CallOwners calls;
    Py_tracefunc program = nullptr;  // the program's own profiler, while it has one here
    bool ended = false;
    ~Owner() { ended = true; }
  };
  static inline thread_local Owner t_owner_;

  static ProfileEngine* self() noexcept { return static_cast<ProfileEngine*>(Base::engine()); }

  static int on_event(PyObject*, PyFrameObject* frame, int what, PyObject* argument) {
    ProfileEngine* engine = self();
    if (engine == nullptr) return 0;
    Thread* thread = Record::get();
    if (thread == nullptr) {
      is_own_event(what);
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
        t_owner_.calls.enter();
        if (engine->builtins_) engine->on_c_call(*thread, frame, argument);
        break;
      case PyTrace_C_RETURN:
      case PyTrace_C_EXCEPTION:
        t_owner_.calls.leave();
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
    Callee* callee = this->known_callee(code);
    if (callee == nullptr) callee = this->first_call(code, frame);
    if (callee->watched) this->recorder_.enter(thread, key_of(frame), *callee);
    Py_DECREF(code);
  }

  void on_late_return(Thread& thread, PyFrameObject* frame) noexcept {
    PyCodeObject* code = PyFrame_GetCode(frame);
    this->late_return(thread, code, key_of(frame));
    Py_DECREF(code);
  }

  void on_c_call(Thread& thread, PyFrameObject* frame, PyObject* function) noexcept {
    // What code that is not watched calls is part of it.
    if (this->chosen_ && !CallBook::is_on_top(thread, key_of(frame))) return;
    const PyMethodDef* definition = CFunctions::definition_of(function);
    Callee* callee = definition == nullptr ? nullptr : this->c_functions_.callee_of(*definition, function);
    if (callee != nullptr) this->recorder_.enter(thread, CFunctions::key_of(definition), *callee);
  }

  // The program's own sys.setprofile or cProfile took our place on a thread.
  void step_aside(PyThreadState* thread) noexcept {
    if (is_profiling(thread, on_program_event)) return;
    this->recorder_.count_loss(Loss::kProgramProfiler);
    if (thread != PyThreadState_Get()) return;
    if (Thread* mine = Record::known(); mine != nullptr) this->recorder_.close_thread(*mine, C::now());
    if (t_owner_.program == nullptr) change_owner();
    t_owner_.program = profiler_of(thread);
    start_profiling(thread, on_program_event);
  }

  // One event of the program's profiler.
  static int on_program_event(PyObject* object, PyFrameObject* frame, int what, PyObject* argument) {
    if (!is_own_event(what)) return 0;
    const int result = t_owner_.program(object, frame, what, argument);
    // CPython takes a profiler that raises out by itself; in some builds of libpython nothing tells us.
    PyThreadState* thread = PyThreadState_Get();
    if (result != 0 && profiler_of(thread) == nullptr && self() != nullptr) {
      const ErrorAside aside;
      self()->come_back(thread);
    }
    return result;
  }

  // Follows the C calls of a thread. False for the end of one that whoever is there now did not see begin.
  static bool is_own_event(int what) noexcept {
    if (t_owner_.ended) return true;
    if (what == PyTrace_C_CALL) t_owner_.calls.enter();
    return (what != PyTrace_C_RETURN && what != PyTrace_C_EXCEPTION) || t_owner_.calls.leave();
  }

  void change_owner() noexcept {
    try {
      t_owner_.calls.change();
    } catch (const std::bad_alloc&) {
      this->recorder_.count_loss(Loss::kArenaFull);
    }
  }

  // And gave it back. What is open then goes on: its time is booked, though its beginning was not seen.
  void come_back(PyThreadState* thread) noexcept {
    start_profiling(thread, on_event);
    if (thread != PyThreadState_Get() || t_owner_.program == nullptr) return;
    t_owner_.program = nullptr;
    change_owner();
    Thread* mine = Record::known();
    if (mine == nullptr) return;
    try {
      for (PyFrameObject* frame : open_frames(thread)) {
        PyCodeObject* code = PyFrame_GetCode(frame);
        Callee* callee = this->known_callee(code);
        if (callee == nullptr) callee = this->first_call(code, frame);
        if (callee->watched) this->recorder_.reopen(*mine, key_of(frame), *callee, C::now());
        Py_DECREF(code);
      }
    } catch (const std::bad_alloc&) {
      this->recorder_.count_loss(Loss::kArenaFull);
    }
  }
};

}  // namespace

std::unique_ptr<Profiler> make_profile_profiler(const HostContext& context) {
  if (context.clock == ClockSource::kTsc) return std::make_unique<ProfileEngine<TscClock>>(context);
  return std::make_unique<ProfileEngine<SystemClock>>(context);
}

}  // namespace pyharness

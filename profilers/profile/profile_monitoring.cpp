// The plain engine on 3.12 and later: sys.monitoring, the events that cProfile itself takes there.
#include "harness/cpython/code_monitoring.h"
#include "harness/cpython/current_frame.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/profile_function.h"
#include "profilers/profile/call_owners.h"
#include "profilers/profile/profile_engine.h"
#include "profilers/profile/profile_profiler.h"

namespace pyharness {
namespace {

template <Clock C>
class MonitoringEngine final : public ProfileEngineBase<C> {
 public:
  using ProfileEngineBase<C>::ProfileEngineBase;

  void install() override {
    this->open();
    monitoring_.open();
    monitoring_.tell(CodeEvent::kStart, on_enter);
    monitoring_.tell(CodeEvent::kResume, on_enter);
    monitoring_.tell(CodeEvent::kThrow, on_throw);
    monitoring_.tell(CodeEvent::kReturn, on_leave);
    monitoring_.tell(CodeEvent::kYield, on_leave);
    monitoring_.tell(CodeEvent::kUnwind, on_unwind);
    if (!this->builtins_) {
      return monitoring_.everywhere({CodeEvent::kStart, CodeEvent::kResume, CodeEvent::kThrow, CodeEvent::kReturn,
                                     CodeEvent::kYield, CodeEvent::kUnwind});
    }
    link_seams().program_profiler = [](PyThreadState* thread, bool installed) {
      if (self() != nullptr) self()->stand_before_program(thread, installed);
    };
    monitoring_.tell(CodeEvent::kCall, on_c_call);
    monitoring_.tell(CodeEvent::kCReturn, on_c_leave);
    monitoring_.tell(CodeEvent::kCRaise, on_c_leave);
    // The ends of C calls come with their beginnings.
    monitoring_.everywhere({CodeEvent::kStart, CodeEvent::kResume, CodeEvent::kThrow, CodeEvent::kReturn,
                            CodeEvent::kYield, CodeEvent::kUnwind, CodeEvent::kCall});
  }

  void remove() noexcept override {
    link_seams().program_profiler = nullptr;
    monitoring_.close();
  }

 private:
  using Base = ProfileEngineBase<C>;
  using typename Base::Callee;
  using typename Base::Record;
  using typename Base::Thread;

  /// A function that the program gave to sys.setprofile, on this thread. CPython tells everybody of the end of a C call
  /// whose beginning anybody wanted to know, hence of calls that the program's function did not see begin.
  struct Program {
    CallOwners calls;
    Py_tracefunc function = nullptr;
    bool ended = false;
    ~Program() { ended = true; }
  };
  static inline thread_local Program t_program_;

  static MonitoringEngine* self() noexcept { return static_cast<MonitoringEngine*>(Base::engine()); }

  static PyCodeObject* code_of(PyObject* const* arguments) noexcept {
    return reinterpret_cast<PyCodeObject*>(arguments[0]);
  }

  static Again on_enter(PyObject* const* arguments) noexcept {
    MonitoringEngine* engine = self();
    Thread* thread = engine == nullptr ? nullptr : Record::get();
    if (thread == nullptr) return Again::kYes;
    Callee* callee = engine->known_callee(code_of(arguments));
    if (callee == nullptr) {
      PyFrameObject* frame = PyEval_GetFrame();
      if (frame == nullptr) return Again::kYes;
      callee = engine->first_call(code_of(arguments), frame);
    }
    if (!callee->watched) return Again::kNever;
    engine->recorder_.enter(*thread, current_frame_key(), *callee);
    return Again::kYes;
  }

  static Again on_leave(PyObject* const* arguments) noexcept {
    MonitoringEngine* engine = self();
    Thread* thread = engine == nullptr ? nullptr : Record::known();
    if (thread == nullptr) return Again::kYes;
    const CallKey key = current_frame_key();
    if (engine->recorder_.leave(*thread, key)) return Again::kYes;
    const Callee* callee = engine->known_callee(code_of(arguments));
    if (callee != nullptr && !callee->watched) return Again::kNever;
    engine->late_return(*thread, code_of(arguments), key);
    return Again::kYes;
  }

  // These two cannot be turned down at single places.
  static Again on_throw(PyObject* const* arguments) noexcept {
    on_enter(arguments);
    return Again::kYes;
  }
  static Again on_unwind(PyObject* const* arguments) noexcept {
    on_leave(arguments);
    return Again::kYes;
  }

  // Of any callable: those that are not C functions have no definition.
  static Again on_c_call(PyObject* const* arguments) noexcept {
    MonitoringEngine* engine = self();
    Thread* thread = engine == nullptr ? nullptr : Record::get();
    if (thread == nullptr) return Again::kYes;
    const Called it = called(arguments);
    const PyMethodDef* definition = CFunctions::definition_of(it.function, it.self);
    if (definition == nullptr) return Again::kYes;
    if (!t_program_.ended) t_program_.calls.enter();
    // What code that is not watched calls is part of it.
    if (engine->chosen_ && !CallBook::is_on_top(*thread, current_frame_key())) return Again::kYes;
    Callee* callee = engine->c_functions_.callee_of(*definition, it.function, it.self);
    if (callee != nullptr) engine->recorder_.enter(*thread, CFunctions::key_of(definition), *callee);
    return Again::kYes;
  }

  static Again on_c_leave(PyObject* const* arguments) noexcept {
    MonitoringEngine* engine = self();
    Thread* thread = engine == nullptr ? nullptr : Record::known();
    const PyMethodDef* definition = thread == nullptr ? nullptr : CFunctions::definition_of(arguments[2], arguments[3]);
    if (definition == nullptr) return Again::kYes;
    if (!t_program_.ended) t_program_.calls.leave();
    engine->recorder_.leave(*thread, CFunctions::key_of(definition));
    return Again::kYes;
  }

  void stand_before_program(PyThreadState* thread, bool installed) noexcept {
    if (t_program_.ended || thread != PyThreadState_Get()) return;
    const Py_tracefunc function = profile_function(thread);
    if (function == on_program_event) return;
    if (installed == (t_program_.function == nullptr)) change_owner();
    t_program_.function = function;
    if (installed) replace_profile_function(thread, on_program_event);
  }

  // Comes before our own of the same call: CPython tells the tool with the highest id first, and its own have higher
  // ones.
  static int on_program_event(PyObject* object, PyFrameObject* frame, int what, PyObject* argument) {
    const bool ends = what == PyTrace_C_RETURN || what == PyTrace_C_EXCEPTION;
    if (ends && !t_program_.ended && !t_program_.calls.would_see_end()) return 0;
    const int result = t_program_.function(object, frame, what, argument);
    // CPython takes one that raises out by itself.
    if (result != 0 && self() != nullptr && profile_function(PyThreadState_Get()) == nullptr) {
      self()->change_owner();
      t_program_.function = nullptr;
    }
    return result;
  }

  void change_owner() noexcept {
    try {
      t_program_.calls.change();
    } catch (const std::bad_alloc&) {
      this->recorder_.count_loss(Loss::kArenaFull);
    }
  }

  void watched_after_all() noexcept override { monitoring_.restart(); }

  CodeMonitoring monitoring_;
};

}  // namespace

std::unique_ptr<Profiler> make_profile_profiler(const HostContext& context) {
  if (context.clock == ClockSource::kTsc) return std::make_unique<MonitoringEngine<TscClock>>(context);
  return std::make_unique<MonitoringEngine<SystemClock>>(context);
}

}  // namespace pyharness

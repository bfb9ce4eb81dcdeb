// The plain engine of named timers on 3.11: a C profile function on every thread, or where --mode=profile has that
// place, a trace function. Hears of all calls, and looks which of them are timed.
#include "harness/cpython/frame_facts.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/thread_tracing.h"
#include "profilers/timer/timer_engine.h"

#include <algorithm>

namespace pyharness {
namespace {

/// One of the two places that a thread has for such functions.
struct Place {
  Py_tracefunc (*get)(PyThreadState*) noexcept;
  void (*put)(PyThreadState*, Py_tracefunc) noexcept;
  void (*clear)(PyThreadState*) noexcept;
};

template <Clock C>
class TracingTimers final : public TimerEngineBase<C> {
  using Base = TimerEngineBase<C>;

 public:
  explicit TracingTimers(const HostContext& context) : Base(context) {
    const std::vector<std::string>& modes = context.plan.modes;
    profiled_ = std::find(modes.begin(), modes.end(), "profile") != modes.end();
    place_ =
        profiled_ ? Place{tracer_of, start_tracing, stop_tracing} : Place{profiler_of, start_profiling, stop_profiling};
  }

  void install() override {
    // The other place's seam is the other mode's.
    (profiled_ ? link_seams().program_tracer : link_seams().program_profiler) = [](PyThreadState* thread, bool there) {
      if (self() != nullptr) self()->share(thread, there);
    };
    Base::install();
  }
  void code_begins() noexcept override {
    if (self() != nullptr) watch_threads();
    begun_ = true;
  }
  void remove() noexcept override {
    PyThreadState* thread = PyThreadState_Get();
    if (place_.get(thread) == on_event) place_.clear(thread);
  }

 private:
  using typename Base::Timed;

  static TracingTimers* self() noexcept { return static_cast<TracingTimers*>(Base::engine()); }

  void start() override {
    PyThreadState* thread = PyInterpreterState_ThreadHead(PyInterpreterState_Main());
    for (; thread != nullptr; thread = PyThreadState_Next(thread)) {
      if (place_.get(thread) == nullptr) place_.put(thread, on_event);
    }
    // The program's own profiler that is there already is shared from now on.
    if (place_.get(PyThreadState_Get()) != on_event) share(PyThreadState_Get(), true);
    if (begun_) watch_threads();
  }

  void listen(Timed&, PyCodeObject*, bool, PyObject*) override {}

  // Last of all profilers: who was there is told first.
  void watch_threads() noexcept {
    others_ = link_seams().thread_born;
    link_seams().thread_born = [](PyThreadState* thread) {
      if (others_ != nullptr) others_(thread);
      if (self() != nullptr && self()->place_.get(thread) == nullptr) self()->place_.put(thread, on_event);
    };
  }

  static int on_event(PyObject*, PyFrameObject* frame, int what, PyObject* result) {
    if (what != PyTrace_CALL && what != PyTrace_RETURN) return 0;
    TracingTimers* engine = self();
    if (engine == nullptr) return 0;
    PyCodeObject* code = PyFrame_GetCode(frame);
    Timed* timed = engine->known(code);
    if (timed == nullptr) timed = engine->look_at(code, [frame] { return frame_module(frame); });
    if (timed->timer != nullptr) engine->book(*timed, code, frame, what == PyTrace_CALL, result);
    Py_DECREF(code);
    return 0;
  }

  void book(Timed& timed, PyCodeObject* code, PyFrameObject* frame, bool begins, const PyObject* result) noexcept {
    const auto key = reinterpret_cast<std::uint64_t>(frame);
    if (timed.generator) {
      if (begins && is_beginning(frame, code)) this->recorder_.enter_generator(*timed.timer, key);
      if (!begins && (result == nullptr || !is_yielding(frame, code))) this->recorder_.leave_generator(key);
    } else if (begins) {
      this->recorder_.enter(*timed.timer, {key, 0});
    } else {
      this->recorder_.leave({key, 0});
    }
  }

  // The program's own function in our place on this thread, which is told too.
  static inline thread_local Py_tracefunc t_program_ = nullptr;

  static int on_shared_event(PyObject* object, PyFrameObject* frame, int what, PyObject* argument) {
    const bool begins = what == PyTrace_CALL;
    if (!begins) on_event(nullptr, frame, what, argument);
    const int result = t_program_(object, frame, what, argument);
    if (begins && result == 0) on_event(nullptr, frame, what, argument);
    // CPython takes one that raises out by itself.
    PyThreadState* thread = PyThreadState_Get();
    if (result != 0 && self() != nullptr && self()->place_.get(thread) == nullptr) self()->place_.put(thread, on_event);
    return result;
  }

  void share(PyThreadState* thread, bool installed) noexcept {
    if (!installed) return place_.put(thread, on_event);
    const Py_tracefunc there = place_.get(thread);
    if (there == on_shared_event || there == on_event || thread != PyThreadState_Get()) return;
    t_program_ = there;
    place_.put(thread, on_shared_event);
  }

  static inline void (*others_)(PyThreadState*) = nullptr;

  Place place_{};
  bool profiled_ = false;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<NamedTimers> make_timer_tracer(const HostContext& context) {
  if (context.clock == ClockSource::kTsc) return std::make_unique<TracingTimers<TscClock>>(context);
  return std::make_unique<TracingTimers<SystemClock>>(context);
}

}  // namespace pyharness

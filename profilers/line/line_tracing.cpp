// The plain engine on 3.11: a C trace function on every thread.
#include "harness/cpython/frame_facts.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/thread_tracing.h"
#include "profilers/line/line_engine.h"
#include "profilers/line/line_profiler.h"

namespace pyharness {
namespace {

template <Clock C>
class TraceEngine final : public LineEngineBase<C> {
 public:
  explicit TraceEngine(const HostContext& context) : LineEngineBase<C>(context, LineEngine::kTrace) {}

  void install() override {
    this->open();
    // Also told after a fork, of a thread that may have the program's tracer.
    link_seams().thread_born = [](PyThreadState* thread) {
      if (tracer_of(thread) == nullptr) start_tracing(thread, on_event);
    };
    link_seams().program_tracer = [](PyThreadState* thread, bool installed) {
      if (TraceEngine* engine = self(); engine != nullptr) engine->step_aside(thread, installed);
    };
    start_tracing(PyThreadState_Get(), on_event);
  }

  void remove() noexcept override {
    link_seams().thread_born = nullptr;
    link_seams().program_tracer = nullptr;
    PyThreadState* thread = PyThreadState_Get();
    if (is_tracing(thread, on_event)) stop_tracing(thread);
  }

 private:
  using Record = typename LineEngineBase<C>::Record;

  static TraceEngine* self() noexcept { return static_cast<TraceEngine*>(LineEngineBase<C>::engine()); }

  static int on_event(PyObject*, PyFrameObject* frame, int what, PyObject*) {
    TraceEngine* engine = self();
    LineBook::Thread* thread = engine == nullptr ? nullptr : Record::get();
    if (thread == nullptr) return 0;
    const auto key = reinterpret_cast<FrameKey>(frame);
    switch (what) {
      case PyTrace_LINE:
        engine->on_line(*thread, key, frame);
        break;
      case PyTrace_CALL:
        engine->on_call(*thread, key, frame);
        break;
      case PyTrace_RETURN:
        engine->recorder_.leave(*thread, key);
        break;
      default:
        break;
    }
    return 0;
  }

  void on_line(LineBook::Thread& thread, FrameKey key, PyFrameObject* frame) noexcept {
    const auto line = static_cast<std::uint32_t>(PyFrame_GetLineNumber(frame));
    if (this->recorder_.line(thread, key, line)) return;
    on_call(thread, key, frame);
    this->recorder_.line(thread, key, line);
  }

  void on_call(LineBook::Thread& thread, FrameKey key, PyFrameObject* frame) noexcept {
    PyCodeObject* code = PyFrame_GetCode(frame);
    LineBook::Function* function = this->known_function(code);
    if (function == nullptr) function = this->first_call(code, frame);
    const bool resumed = function->watched && is_resumed(frame, code);
    if (resumed) {
      const auto line = static_cast<std::uint32_t>(PyFrame_GetLineNumber(frame));
      this->recorder_.resume_frame(thread, key, *function, function->index.find(line));
    } else {
      this->recorder_.enter(thread, key, *function);
    }
    Py_DECREF(code);
  }

  // The program's tracer on this thread, which we pass on to.
  static inline thread_local Py_tracefunc t_program_ = nullptr;

  static int on_program_event(PyObject* object, PyFrameObject* frame, int what, PyObject* argument) {
    const int result = t_program_(object, frame, what, argument);
    // CPython takes a tracer that raises out by itself; in some builds of libpython nothing tells us.
    PyThreadState* thread = PyThreadState_Get();
    if (result != 0 && tracer_of(thread) == nullptr && self() != nullptr) start_tracing(thread, on_event);
    return result;
  }

  // The program's own sys.settrace took our place on a thread, or gave it back.
  void step_aside(PyThreadState* thread, bool installed) noexcept {
    if (!installed) return start_tracing(thread, on_event);
    if (is_tracing(thread, on_program_event)) return;
    this->recorder_.count_loss(Loss::kProgramTracer);
    if (thread == PyThreadState_Get()) {
      t_program_ = tracer_of(thread);
      start_tracing(thread, on_program_event);
    }
    LineBook::Thread* mine = Record::known();
    if (mine != nullptr && thread == PyThreadState_Get()) this->recorder_.close_thread(*mine, C::now());
  }
};

}  // namespace

std::unique_ptr<Profiler> make_line_tracer(const HostContext& context) {
  if (context.clock == ClockSource::kTsc) return std::make_unique<TraceEngine<TscClock>>(context);
  return std::make_unique<TraceEngine<SystemClock>>(context);
}

}  // namespace pyharness

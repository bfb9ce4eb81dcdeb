#include "profilers/line/line_profiler.h"

#include <unistd.h>

#include <optional>

#include "harness/cpython/code_facts.h"
#include "harness/cpython/code_slot.h"
#include "harness/cpython/frame_facts.h"
#include "harness/cpython/interpreter_paths.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/owned_ref.h"
#include "harness/cpython/thread_tracing.h"
#include "profilers/line/line_recorder.h"
#include "profilers/watch.h"

namespace pyharness {
namespace {

template <Clock C>
class TraceEngine;

// CPython gives a trace function no context that the program would not see, hence one engine per clock and process.
template <Clock C>
TraceEngine<C>* g_engine = nullptr;

/// A thread's record, given back when the thread ends.
template <Clock C>
struct ThreadHandle {
  LineBook::Thread* thread = nullptr;
  bool refused = false;
  ~ThreadHandle() {
    if (thread != nullptr && g_engine<C> != nullptr) LineBook::end_thread(*thread, C::now());
    // Destructors of other thread-local values may still run Python here: the record may already be somebody else's.
    thread = nullptr;
    refused = true;
  }
};
template <Clock C>
thread_local ThreadHandle<C> t_handle;

template <Clock C>
class TraceEngine final : public Profiler {
 public:
  explicit TraceEngine(const HostContext& context)
      : recorder_(context.arena, context.text), watch_(context.plan.watch) {
    recorder_.begin(*context.area);
    if (context.plan.start_paused) recorder_.pause(C::now());
  }
  ~TraceEngine() override { g_engine<C> = nullptr; }

  void install() override {
    g_engine<C> = this;
    if (const std::string package = package_root(watch_.module); !package.empty()) watch_.roots.push_back(package);
    filter_.emplace(watch_, WatchSurroundings{standard_library_directories(), editable_install_roots()});
    slot_.open();
    // Also told after a fork, of a thread that may have the program's tracer.
    link_seams().thread_born = [](PyThreadState* thread) {
      if (!has_tracer(thread)) start_tracing(thread, on_event);
    };
    link_seams().program_tracer = [](PyThreadState* thread, bool installed) {
      g_engine<C>->step_aside(thread, installed);
    };
    start_tracing(PyThreadState_Get(), on_event);
  }

  void remove() noexcept override {
    link_seams().thread_born = nullptr;
    link_seams().program_tracer = nullptr;
    PyThreadState* thread = PyThreadState_Get();
    if (is_tracing(thread, on_event)) stop_tracing(thread);
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
      const WatchFilter::Question question{.file = code_file(code),
                                           .module = module,
                                           .qualified_name = code_qualified_name(code),
                                           .marked = true,
                                           .caller_watched = false,
                                           .outermost = false};
      if (!filter_->watches(question)) return;
      LineBook::Function* function = recorder_.add_function(facts_of(code));
      if (slot_.set(object, function)) recorder_.mark(*function);
    } catch (const std::exception&) {
      recorder_.count_loss(Loss::kArenaFull);
    }
  }

 private:
  static int on_event(PyObject*, PyFrameObject* frame, int what, PyObject*) {
    TraceEngine* engine = g_engine<C>;
    LineBook::Thread* thread = t_handle<C>.thread;
    if (engine == nullptr) return 0;
    if (thread == nullptr && (thread = engine->begin_thread()) == nullptr) return 0;
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
    if (recorder_.line(thread, key, line)) return;
    on_call(thread, key, frame);
    recorder_.line(thread, key, line);
  }

  void on_call(LineBook::Thread& thread, FrameKey key, PyFrameObject* frame) noexcept {
    PyCodeObject* code = PyFrame_GetCode(frame);
    auto* function = static_cast<LineBook::Function*>(slot_.get(reinterpret_cast<PyObject*>(code)));
    if (function == nullptr) function = function_of(code, frame, thread);
    const bool resumed = function->watched && is_resumed(frame, code);
    recorder_.enter(thread, key, *function, resumed ? static_cast<std::uint32_t>(PyFrame_GetLineNumber(frame)) : 0);
    Py_DECREF(code);
  }

  LineBook::Thread* begin_thread() noexcept {
    auto& handle = t_handle<C>;
    if (handle.refused) return nullptr;
    handle.thread = recorder_.begin_thread(static_cast<std::uint32_t>(gettid()), C::now());
    handle.refused = handle.thread == nullptr;
    return handle.thread;
  }

  // Cold: once per code object, at its first call.
  LineBook::Function* function_of(PyCodeObject* code, PyFrameObject* frame, LineBook::Thread& thread) noexcept {
    const ErrorAside aside;
    try {
      const WatchFilter::Question question{.file = code_file(code),
                                           .module = frame_module(frame),
                                           .qualified_name = code_qualified_name(code),
                                           .marked = false,
                                           .caller_watched = LineRecorder<C>::top_is_watched(thread),
                                           .outermost = thread.depth == 0};
      LineBook::Function* function =
          filter_->watches(question) ? recorder_.add_function(facts_of(code)) : recorder_.unwatched();
      slot_.set(reinterpret_cast<PyObject*>(code), function);
      if (is_generated_label(question.file)) decide_nested(code, function->watched);
      return function;
    } catch (const std::exception&) {
      recorder_.count_loss(Loss::kArenaFull);
      return recorder_.unwatched();
    }
  }

  // What exec makes belongs to whoever called exec, also when somebody else calls it later: a dataclass's __init__ is
  // not the program's, though the program calls it.
  void decide_nested(PyCodeObject* code, bool watched) {
    for (PyCodeObject* nested : nested_code(code)) {
      auto* object = reinterpret_cast<PyObject*>(nested);
      if (slot_.get(object) == nullptr)
        slot_.set(object, watched ? recorder_.add_function(facts_of(nested)) : recorder_.unwatched());
    }
  }

  CodeFacts facts_of(PyCodeObject* code) {
    const std::string file = code_file(code);
    CodeLines lines = code_lines(code);
    return {.file = filter_->canonical(file),
            .qualified_name = code_qualified_name(code),
            .first_line = static_cast<std::uint32_t>(code->co_firstlineno),
            .last_line = lines.last,
            .lines = std::move(lines.lines)};
  }

  // The program's own sys.settrace took our place on a thread, or gave it back.
  void step_aside(PyThreadState* thread, bool installed) noexcept {
    LineBook::Thread* mine = t_handle<C>.thread;
    if (installed) {
      recorder_.count_loss(Loss::kProgramTracer);
      if (mine != nullptr && thread == PyThreadState_Get()) recorder_.close_thread(*mine, C::now());
    } else {
      start_tracing(thread, on_event);
    }
  }

  LineRecorder<C> recorder_;
  WatchPlan watch_;
  std::optional<WatchFilter> filter_;  // from install() on: it asks the interpreter
  CodeSlot slot_;
};

}  // namespace

std::unique_ptr<Profiler> make_line_profiler(const HostContext& context) {
  if (context.clock == ClockSource::kTsc) return std::make_unique<TraceEngine<TscClock>>(context);
  return std::make_unique<TraceEngine<SystemClock>>(context);
}

}  // namespace pyharness

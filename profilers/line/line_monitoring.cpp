// The plain engine on 3.12 and later: sys.monitoring, whose events need no frame object and cost nothing in code that
// is not watched.
#include "harness/cpython/code_monitoring.h"
#include "harness/cpython/current_frame.h"
#include "profilers/line/line_engine.h"
#include "profilers/line/line_profiler.h"

namespace pyharness {
namespace {

template <Clock C>
class MonitoringEngine final : public LineEngineBase<C> {
 public:
  explicit MonitoringEngine(const HostContext& context) : LineEngineBase<C>(context, LineEngine::kMonitoring) {}

  void install() override {
    this->open();
    monitoring_.open();
    monitoring_.tell(CodeEvent::kStart, on_start);
    monitoring_.tell(CodeEvent::kResume, on_resume);
    monitoring_.tell(CodeEvent::kThrow, on_throw);
    monitoring_.tell(CodeEvent::kReturn, on_leave);
    monitoring_.tell(CodeEvent::kYield, on_leave);
    monitoring_.tell(CodeEvent::kUnwind, on_unwind);
    monitoring_.tell(CodeEvent::kLine, on_line);
    monitoring_.tell(CodeEvent::kJump, on_jump);
    // The first finds what is to be watched; the others are not to be had for single code objects.
    monitoring_.everywhere({CodeEvent::kStart, CodeEvent::kThrow, CodeEvent::kUnwind});
  }

  void remove() noexcept override { monitoring_.close(); }

 private:
  using Record = typename LineEngineBase<C>::Record;

  static MonitoringEngine* self() noexcept { return static_cast<MonitoringEngine*>(LineEngineBase<C>::engine()); }

  bool adopt(PyCodeObject* code, LineBook::Function* function) noexcept override {
    const LineBook::Function* before = this->known_function(code);
    if (!LineEngineBase<C>::adopt(code, function)) return false;
    if (!function->watched) return true;
    const bool listening = monitoring_.within(
        code, {CodeEvent::kLine, CodeEvent::kJump, CodeEvent::kResume, CodeEvent::kReturn, CodeEvent::kYield});
    // It was turned down before, when it was not decorated yet.
    if (listening && before != nullptr && !before->watched) monitoring_.restart();
    return listening;
  }

  /// What an event of watched code is about.
  struct Place {
    MonitoringEngine* engine = nullptr;  // null where nothing is to be booked
    LineBook::Thread* thread = nullptr;
    LineBook::Function* function = nullptr;
    PyCodeObject* code = nullptr;
    FrameKey key = 0;
  };

  static Place place_of(PyObject* const* arguments) noexcept {
    MonitoringEngine* engine = self();
    if (engine == nullptr) return {};
    auto* code = reinterpret_cast<PyCodeObject*>(arguments[0]);
    LineBook::Function* function = engine->known_function(code);
    if (function == nullptr || !function->watched) return {};
    LineBook::Thread* thread = Record::get();
    if (thread == nullptr) return {};
    return {engine, thread, function, code, current_frame_key()};
  }

  static std::uint32_t line_at(const Place& place, PyObject* offset) noexcept {
    return static_cast<std::uint32_t>(PyCode_Addr2Line(place.code, static_cast<int>(PyLong_AsLong(offset))));
  }

  static Again on_start(PyObject* const* arguments) noexcept {
    MonitoringEngine* engine = self();
    if (engine == nullptr) return Again::kYes;
    auto* code = reinterpret_cast<PyCodeObject*>(arguments[0]);
    LineBook::Function* function = engine->known_function(code);
    if (function == nullptr) {
      PyFrameObject* frame = PyEval_GetFrame();
      if (frame == nullptr) return Again::kYes;
      function = engine->first_call(code, frame);
    }
    if (!function->watched) return Again::kNever;
    if (LineBook::Thread* thread = Record::get(); thread != nullptr)
      engine->recorder_.enter(*thread, current_frame_key(), *function);
    return Again::kYes;
  }

  // Into the middle of a line: of a generator that goes on, or is thrown into.
  static Again on_resume(PyObject* const* arguments) noexcept {
    const Place place = place_of(arguments);
    if (place.engine != nullptr)
      place.engine->recorder_.resume_frame(*place.thread, place.key, *place.function,
                                           place.function->index.find(line_at(place, arguments[1])));
    return Again::kYes;
  }
  static Again on_throw(PyObject* const* arguments) noexcept { return on_resume(arguments); }

  static Again on_leave(PyObject* const* arguments) noexcept {
    const Place place = place_of(arguments);
    if (place.engine != nullptr) place.engine->recorder_.leave(*place.thread, place.key);
    return Again::kYes;
  }
  static Again on_unwind(PyObject* const* arguments) noexcept { return on_leave(arguments); }

  static Again on_line(PyObject* const* arguments) noexcept {
    const Place place = place_of(arguments);
    if (place.engine != nullptr) book(place, static_cast<std::uint32_t>(PyLong_AsLong(arguments[1])));
    return Again::kYes;
  }

  // A loop on one line reaches it anew with each turn, which is no line event: as sys.settrace counts.
  static Again on_jump(PyObject* const* arguments) noexcept {
    const Place place = place_of(arguments);
    if (place.engine == nullptr) return Again::kYes;
    if (PyLong_AsLong(arguments[2]) > PyLong_AsLong(arguments[1])) return Again::kNever;
    const std::uint32_t line = line_at(place, arguments[2]);
    if (line != line_at(place, arguments[1])) return Again::kNever;
    book(place, line);
    return Again::kYes;
  }

  static void book(const Place& place, std::uint32_t line) noexcept {
    LineRecorder<C>& recorder = place.engine->recorder_;
    if (recorder.line(*place.thread, place.key, line)) return;
    recorder.enter(*place.thread, place.key, *place.function);
    recorder.line(*place.thread, place.key, line);
  }

  CodeMonitoring monitoring_;
};

}  // namespace

std::unique_ptr<Profiler> make_line_profiler(const HostContext& context) {
  if (context.clock == ClockSource::kTsc) return std::make_unique<MonitoringEngine<TscClock>>(context);
  return std::make_unique<MonitoringEngine<SystemClock>>(context);
}

}  // namespace pyharness

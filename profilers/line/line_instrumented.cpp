// The fast engine: code objects with hooks woven in (docs/instrumented-code.md). CPython runs them in place of the
// program's own; what is not watched runs as it is, and is never heard of.
#include "harness/base/error.h"
#include "harness/cpython/code_disguise.h"
#include "harness/cpython/current_frame.h"
#include "harness/cpython/current_instruction.h"
#include "harness/cpython/generator_ends.h"
#include "harness/cpython/hook_object.h"
#include "harness/cpython/instrumented_code.h"
#include "harness/cpython/link_seams.h"
#include "profilers/line/instrumented_codes.h"
#include "profilers/line/line_engine.h"
#include "profilers/line/line_profiler.h"

namespace pyharness {
namespace {

template <Clock C>
class InstrumentingEngine final : public LineEngineBase<C> {
 public:
  explicit InstrumentingEngine(const HostContext& context) : LineEngineBase<C>(context, LineEngine::kInstrumented) {}

  void install() override {
    this->open();
    running_thread_ = running_thread();
    open_instrumented_code();
    open_hook_objects({on_enter, on_resume, on_line, on_handler, on_leave});
    open_generator_ends({frames_open, close_frames});
    open_code_disguise({code_to_run});
    link_seams().code_to_run = code_to_run;
  }

  // What is woven in stays, and finds nobody to tell.
  void remove() noexcept override { link_seams().code_to_run = nullptr; }

  void mark_function(PyObject* function, const std::string& module) noexcept override {
    LineEngineBase<C>::mark_function(function, module);
    auto* marked = reinterpret_cast<PyFunctionObject*>(function);
    PyCodeObject* runs = runs_in_place_of(this->code_of(function), marked->func_globals);
    if (reinterpret_cast<PyObject*>(runs) != marked->func_code) set_function_code(marked, runs);
  }

 private:
  using Record = typename LineEngineBase<C>::Record;
  using typename LineEngineBase<C>::Circumstances;

  static InstrumentingEngine* self() noexcept {
    return static_cast<InstrumentingEngine*>(LineEngineBase<C>::engine());
  }

  PyCodeObject* code_of(PyObject* function) noexcept override {
    return as_program_sees(LineEngineBase<C>::code_of(function));
  }

  // --- which code

  static PyCodeObject* code_to_run(PyCodeObject* code, PyObject* globals) noexcept {
    InstrumentingEngine* engine = self();
    return engine == nullptr || original_code(code) != nullptr ? code : engine->runs_in_place_of(code, globals);
  }

  PyCodeObject* runs_in_place_of(PyCodeObject* code, PyObject* globals) noexcept {
    LineBook::Function* function = this->known_function(code);
    if (function == nullptr) {
      if (this->goes_by_files() && files_.is_other(code)) return code;
      function = first_seen(code, globals);
    }
    return function->watched ? instrumented(code, *function) : code;
  }

  /// Cold: once per code object, or where its file decides, once per file.
  LineBook::Function* first_seen(PyCodeObject* code, PyObject* globals) noexcept {
    const ErrorAside aside;
    const NoCollection quiet;
    try {
      Circumstances circumstances{.module = globals_module(globals)};
      const bool generated = is_generated_label(code_file(code));
      if (generated) {
        PyCodeObject* caller = locked_instruction().code;
        circumstances.outermost = caller == nullptr;
        circumstances.caller_watched = caller != nullptr && original_code(caller) != nullptr;
      }
      LineBook::Function* function = this->decide(code, circumstances);
      if (function->watched || !this->goes_by_files()) {
        this->adopt(code, function);
      } else if (!generated) {
        files_.add_other(code);
      }
      return function;
    } catch (const std::exception&) {
      this->recorder_.count_loss(Loss::kArenaFull);
      return this->recorder_.unwatched();
    }
  }

  PyCodeObject* instrumented(PyCodeObject* code, LineBook::Function& function) noexcept {
    if (PyCodeObject* known = codes_.find(code); known != nullptr) return known;
    const ErrorAside aside;
    const NoCollection quiet;
    try {
      OwnedRef made = instrument_code(code, [&function](const CodeHook& hook) {
        const std::uint32_t ordinal = hook.line == 0 ? HookObject::kNoOrdinal : function.index.find(hook.line);
        return make_hook(hook, &function, ordinal);
      });
      return codes_.add(code, std::move(made));
    } catch (const Failure&) {
      this->recorder_.count_loss(Loss::kForeignCode);
    } catch (const std::bad_alloc&) {
      this->recorder_.count_loss(Loss::kArenaFull);
    }
    return code;
  }

  // --- what the hooks tell

  struct Place {
    InstrumentingEngine* engine;  // null where nobody listens
    LineBook::Thread* thread;
    FrameKey frame;
    const HookObject* hook;

    [[nodiscard]] LineBook::Function& function() const { return *static_cast<LineBook::Function*>(hook->function); }
  };

  static Place place_of(PyObject* object) noexcept {
    InstrumentingEngine* engine = self();
    LineBook::Thread* thread = engine == nullptr ? nullptr : Record::get();
    return {thread == nullptr ? nullptr : engine, thread, current_frame_key(running_thread_),
            reinterpret_cast<const HookObject*>(object)};
  }

  static int on_enter(PyObject* object) {
    const Place at = place_of(object);
    if (at.engine == nullptr) return 1;
    at.engine->recorder_.enter(*at.thread, at.frame, at.function(), HookObject::kNoOrdinal);
    if (at.hook->ordinal != HookObject::kNoOrdinal)
      at.engine->recorder_.line_at(*at.thread, at.frame, at.hook->ordinal);
    return 1;
  }

  static int on_resume(PyObject* object) {
    const Place at = place_of(object);
    if (at.engine != nullptr) at.engine->recorder_.enter(*at.thread, at.frame, at.function(), at.hook->ordinal);
    return 1;
  }

  static int on_line(PyObject* object) {
    const Place at = place_of(object);
    if (at.engine == nullptr || at.engine->recorder_.line_at(*at.thread, at.frame, at.hook->ordinal)) return 1;
    // It went on with an exception, thrown into it.
    at.engine->recorder_.enter(*at.thread, at.frame, at.function(), HookObject::kNoOrdinal);
    at.engine->recorder_.line_at(*at.thread, at.frame, at.hook->ordinal);
    return 1;
  }

  static int on_handler(PyObject* object) {
    const Place at = place_of(object);
    return at.engine != nullptr && handler_begins_line(*at.hook) ? on_line(object) : 1;
  }

  static int on_leave(PyObject* object) {
    const Place at = place_of(object);
    if (at.engine != nullptr) at.engine->recorder_.leave(*at.thread, at.frame);
    return 1;
  }

  // A generator stops running without a hook: nothing may stand between its last instruction and the next.
  static unsigned frames_open() {
    const LineBook::Thread* thread = self() == nullptr ? nullptr : Record::known();
    return thread == nullptr ? 0 : thread->depth;
  }

  static void close_frames(unsigned before) {
    InstrumentingEngine* engine = self();
    LineBook::Thread* thread = engine == nullptr ? nullptr : Record::known();
    if (thread != nullptr && thread->depth > before) engine->recorder_.leave_above(*thread, before);
  }

  static inline RunningThread running_thread_ = nullptr;

  InstrumentedCodes codes_;
  OtherFiles files_;
};

}  // namespace

std::unique_ptr<Profiler> make_line_instrumenter(const HostContext& context) {
  if (context.clock == ClockSource::kTsc) return std::make_unique<InstrumentingEngine<TscClock>>(context);
  return std::make_unique<InstrumentingEngine<SystemClock>>(context);
}

}  // namespace pyharness

// The fast engine: code objects with hooks woven in (docs/instrumented-code.md). CPython runs them in place of the
// program's own; what is not watched runs as it is, and is never heard of.
#include "harness/base/error.h"
#include "harness/cpython/allocator_hooks.h"
#include "harness/cpython/code_disguise.h"
#include "harness/cpython/current_frame.h"
#include "harness/cpython/current_instruction.h"
#include "harness/cpython/generator_ends.h"
#include "harness/cpython/hook_object.h"
#include "harness/cpython/instrumented_code.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/tracer_disguise.h"
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
    open_code_disguise();
    link_seams().code_to_run = code_to_run;
    link_seams().run_begins = frames_open;
    link_seams().run_ended = close_frames;
    link_seams().program_tracer = hide_hooks_from_tracer;
  }

  // What is woven in stays, and finds nobody to tell.
  void remove() noexcept override {
    link_seams().code_to_run = nullptr;
    link_seams().run_begins = nullptr;
    link_seams().run_ended = nullptr;
    link_seams().program_tracer = nullptr;
  }

  void mark_function(PyObject* function, const std::string& module) noexcept override {
    LineEngineBase<C>::mark_function(function, module);
    auto* marked = reinterpret_cast<PyFunctionObject*>(function);
    const OwnedRef runs = OwnedRef::steal(link_seams().code_to_run(code_of(function), marked->func_globals, true));
    if (runs && runs.get() != marked->func_code) set_function_code(marked, reinterpret_cast<PyCodeObject*>(runs.get()));
  }

 private:
  using Record = typename LineEngineBase<C>::Record;
  using typename LineEngineBase<C>::Circumstances;

  static InstrumentingEngine* self() noexcept { return static_cast<InstrumentingEngine*>(LineEngineBase<C>::engine()); }

  PyCodeObject* code_of(PyObject* function) noexcept override {
    return as_program_sees(LineEngineBase<C>::code_of(function));
  }

  // --- which code

  static PyObject* code_to_run(PyCodeObject* code, PyObject* globals, bool as_function) noexcept {
    InstrumentingEngine* engine = self();
    if (engine == nullptr || original_code(code) != nullptr) return nullptr;
    LineBook::Function* function = engine->known_function(code);
    if (function == nullptr && engine->goes_by_files() && engine->files_.is_other(code)) return nullptr;
    const bool again = function != nullptr;
    if (!again) function = engine->first_seen(code, globals);
    return function->watched ? engine->instrumented(code, *function, again, as_function).release() : nullptr;
  }

  /// Cold: once per code object, or where its file decides, once per file.
  LineBook::Function* first_seen(PyCodeObject* code, PyObject* globals) noexcept {
    const ErrorAside aside;
    const NoCollection quiet;
    const OwnMemory own;
    // It has no room beside code objects for us, and is not watched.
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) return this->recorder_.unwatched();
    try {
      PyCodeObject* caller = locked_instruction().code;
      if (caller != nullptr) caller = as_program_sees(caller);
      const Circumstances circumstances = this->circumstances(code, globals_module(globals), caller);
      LineBook::Function* function = this->settle(code, circumstances);
      if (!function->watched && !circumstances.generated && this->goes_by_files()) files_.add_other(code);
      return function;
    } catch (const std::exception&) {
      this->recorder_.count_loss(Loss::kArenaFull);
      return this->recorder_.unwatched();
    }
  }

  // Null where it cannot be had. Whoever runs it holds it, and its original with it. Where that ends and the same code
  // is run again and again (a function within a function, a compiled expression), it is kept for the next time.
  OwnedRef instrumented(PyCodeObject* code, LineBook::Function& function, bool again, bool as_function) noexcept {
    // One that only tells of calls is left to who runs it.
    OwnedRef living = instrumented_code(code);
    if (living && tells_of_lines(reinterpret_cast<PyCodeObject*>(living.get()))) return living;
    const ErrorAside aside;
    const NoCollection quiet;
    const OwnMemory own;
    try {
      PyCodeObject* caller = locked_instruction().code;
      const auto hook_of = [&function](const CodeHook& hook) {
        const std::uint32_t ordinal = hook.line == 0 ? HookObject::kNoOrdinal : function.index.find(hook.line);
        return make_hook(hook, &function, ordinal);
      };
      // What is no function's is seen to end from outside (run_ended), without a trace in exceptions.
      OwnedRef made = instrument_code(code, hook_of, WhatToWeave::kLines, as_function);
      const bool held = caller != nullptr && hold_inner_code(caller, code, made);
      if (again && !held) repeated_.add(OwnedRef::share(made.get()));
      return made;
    } catch (const Failure&) {
      this->recorder_.count_loss(Loss::kForeignCode);
    } catch (const std::bad_alloc&) {
      this->recorder_.count_loss(Loss::kArenaFull);
    }
    return {};
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
    if (at.hook->ordinal != HookObject::kNoOrdinal) {
      at.engine->recorder_.enter_at(*at.thread, at.frame, at.function(), at.hook->ordinal);
    } else {
      at.engine->recorder_.enter(*at.thread, at.frame, at.function());
    }
    if (at.hook->timer != nullptr) [[unlikely]]
      tell_begin(object);
    return 1;
  }

  static int on_resume(PyObject* object) {
    const Place at = place_of(object);
    if (at.engine != nullptr) at.engine->recorder_.resume_frame(*at.thread, at.frame, at.function(), at.hook->ordinal);
    return 1;
  }

  // What is rare is elsewhere, so that nothing is saved for it here.
  static int on_line(PyObject* object) {
    const auto* hook = reinterpret_cast<const HookObject*>(object);
    InstrumentingEngine* engine = self();
    LineBook::Thread* thread = Record::known();
    if (engine != nullptr && thread != nullptr &&
        engine->recorder_.next_line(*thread, current_frame_key(running_thread_), hook->ordinal)) [[likely]]
      return 1;
    return on_other_line(object);
  }

  [[gnu::noinline]] static int on_other_line(PyObject* object) {
    const Place at = place_of(object);
    if (at.engine == nullptr || at.engine->recorder_.line_at(*at.thread, at.frame, at.hook->ordinal)) return 1;
    // It went on with an exception, thrown into it.
    at.engine->recorder_.resume_frame(*at.thread, at.frame, at.function(), HookObject::kNoOrdinal);
    at.engine->recorder_.line_at(*at.thread, at.frame, at.hook->ordinal);
    return 1;
  }

  static int on_handler(PyObject* object) {
    const Place at = place_of(object);
    return at.engine != nullptr && handler_begins_line(*at.hook) ? on_line(object) : 1;
  }

  static int on_leave(PyObject* object) {
    if (reinterpret_cast<const HookObject*>(object)->timer != nullptr) [[unlikely]]
      tell_end(object);
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

  RepeatedCodes repeated_;
  OtherFiles files_;
};

}  // namespace

std::unique_ptr<Profiler> make_line_instrumenter(const HostContext& context) {
  if (context.clock == ClockSource::kTsc) return std::make_unique<InstrumentingEngine<TscClock>>(context);
  return std::make_unique<InstrumentingEngine<SystemClock>>(context);
}

}  // namespace pyharness

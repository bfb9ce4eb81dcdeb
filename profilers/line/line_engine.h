#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/cpython/allocator_hooks.h"
#include "harness/cpython/code_facts.h"
#include "harness/cpython/code_slot.h"
#include "harness/cpython/interpreter_paths.h"
#include "harness/cpython/owned_ref.h"
#include "profilers/event_engine.h"
#include "profilers/line/line_collect.h"
#include "profilers/line/line_recorder.h"
#include "profilers/watch.h"

namespace pyharness {

/// What the line engines have in common: which code is watched and what it books into. A derived engine hears of
/// events and tells the recorder.
template <Clock C>
class LineEngineBase : public EventEngine<LineBook, LineRecorder<C>, C> {
  using Base = EventEngine<LineBook, LineRecorder<C>, C>;

 public:
  LineEngineBase(const HostContext& context, LineEngine engine)
      : Base(context, engine,
             LineOptions{.costs = costs_of(context.plan),
                         .per_thread = context.plan.options.contains(std::string(kPerThread))}),
        watch_(context.plan.watch) {}

  void mark_function(PyObject* object, const std::string& module) noexcept override {
    PyCodeObject* code = code_of(object);
    try {
      const WatchFilter::Question question{.file = code_file(code),
                                           .module = module,
                                           .qualified_name = code_qualified_name(code),
                                           .marked = true,
                                           .caller_watched = false,
                                           .outermost = false};
      if (!filter_->watches(question)) return;
      LineBook::Function* function = recorder_.add_function(facts_of(code));
      if (adopt(code, function)) recorder_.mark(*function);
    } catch (const std::exception&) {
      recorder_.count_loss(Loss::kArenaFull);
    }
  }

 protected:
  void open() {
    this->open_engine();
    if (const std::string package = package_root(watch_.module); !package.empty()) watch_.roots.push_back(package);
    filter_.emplace(watch_, WatchSurroundings{standard_library_directories(), editable_install_roots()});
    slot_.open();
  }

  using typename Base::Record;

  /// The code object that the program gave a function.
  virtual PyCodeObject* code_of(PyObject* function) noexcept {
    return reinterpret_cast<PyCodeObject*>(PyFunction_GetCode(function));
  }

  /// What is known of a code object; null where it was never seen.
  [[nodiscard]] LineBook::Function* known_function(PyCodeObject* code) const noexcept {
    return static_cast<LineBook::Function*>(slot_.get(reinterpret_cast<PyObject*>(code)));
  }

  /// Under which a code object is first seen.
  struct Circumstances {
    std::string module;      // __name__ of its globals
    bool generated = false;  // it has no file; then these two matter
    bool caller_watched = false;
    bool outermost = false;
  };
  /// Of `code` in globals of `module`, run by `caller`, as the program sees that; null where nobody does.
  [[nodiscard]] Circumstances circumstances(PyCodeObject* code, const std::string& module, PyCodeObject* caller) const {
    const LineBook::Function* by = caller == nullptr ? nullptr : known_function(caller);
    return {.module = module,
            .generated = is_generated_label(code_file(code)),
            .caller_watched = by != nullptr && by->watched,
            .outermost = caller == nullptr};
  }
  /// What the code object is to book into. Throws std::bad_alloc.
  LineBook::Function* decide(PyCodeObject* code, const Circumstances& circumstances) {
    const WatchFilter::Question question{.file = code_file(code),
                                         .module = circumstances.module,
                                         .qualified_name = code_qualified_name(code),
                                         .marked = false,
                                         .caller_watched = circumstances.caller_watched,
                                         .outermost = circumstances.outermost};
    return filter_->watches(question) ? recorder_.add_function(facts_of(code)) : recorder_.unwatched();
  }
  /// The same, and it books there from now on. What exec makes belongs to whoever called exec, also when somebody else
  /// calls it later (a dataclass's __init__ is not the program's, though the program calls it): so what is nested in
  /// code without a file is settled with it. Throws std::bad_alloc.
  LineBook::Function* settle(PyCodeObject* code, const Circumstances& circumstances) {
    LineBook::Function* function = decide(code, circumstances);
    adopt(code, function);
    if (!circumstances.generated) return function;
    for (PyCodeObject* nested : nested_code(code))
      if (known_function(nested) == nullptr) adopt(nested, decide(nested, circumstances));
    return function;
  }
  /// Whether only the file of a code object decides.
  [[nodiscard]] bool goes_by_files() const { return watch_.only.empty() && watch_.exclude.empty(); }

  /// Cold: once per code object, at its first call. `frame` is the call's.
  LineBook::Function* first_call(PyCodeObject* code, PyFrameObject* frame) noexcept {
    const ErrorAside aside;
    const NoCollection quiet;
    const OwnMemory own;
    try {
      const OwnedRef caller = is_generated_label(code_file(code)) ? frame_caller_code(frame) : OwnedRef();
      return settle(code, circumstances(code, frame_module(frame), reinterpret_cast<PyCodeObject*>(caller.get())));
    } catch (const std::exception&) {
      recorder_.count_loss(Loss::kArenaFull);
      return recorder_.unwatched();
    }
  }

  /// `code` books into `function` from now on. False where memory is out.
  virtual bool adopt(PyCodeObject* code, LineBook::Function* function) noexcept {
    return slot_.set(reinterpret_cast<PyObject*>(code), function);
  }

  using Base::recorder_;

 private:
  static LineCosts costs_of(const HostPlan& plan) {
    const auto known = plan.costs.find("line");
    const auto cost = [&](const char* kind) {
      const auto of_kind = known->second.find(kind);
      return of_kind == known->second.end() ? std::uint64_t{0} : of_kind->second.cost_ps;
    };
    return known == plan.costs.end() ? LineCosts{}
                                     : LineCosts{cost("line"), cost("call"), cost("resume"), cost("unwatched")};
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

  WatchPlan watch_;
  std::optional<WatchFilter> filter_;  // from open() on: it asks the interpreter
  CodeSlot slot_;
};

}  // namespace pyharness

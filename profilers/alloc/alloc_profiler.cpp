#include "profilers/alloc/alloc_profiler.h"

#include <cerrno>
#include <optional>
#include <set>

#include "harness/base/error.h"
#include "harness/cpython/allocator_hooks.h"
#include "harness/cpython/code_facts.h"
#include "harness/cpython/current_instruction.h"
#include "harness/cpython/link_seams.h"
#include "profilers/alloc/alloc_recorder.h"
#include "profilers/watch.h"

namespace pyharness {
namespace {

// Everything is watched where no pattern says what.
WatchPlan everything_or(WatchPlan plan) {
  if (plan.only.empty()) plan.only = {"*"};
  return plan;
}

class AllocProfiler;

// The link seams take plain functions.
AllocProfiler* g_profiler = nullptr;

class AllocProfiler final : public Profiler {
 public:
  explicit AllocProfiler(const HostContext& context)
      : chosen_(!context.plan.watch.only.empty() || !context.plan.watch.exclude.empty()),
        filter_(everything_or(context.plan.watch), {}),
        book_(context.arena),
        sink_(*this),
        hooks_(sink_) {
    book_.begin(*context.area);
    if (context.plan.start_paused) book_.pause();
  }

  void before_start() override { hooks_.put_in(); }

  void install() override {
    name_key_ = PyUnicode_InternFromString("__name__");
    if (name_key_ == nullptr) throw Failure("there is no memory for the allocation profiler.");
  }

  void code_begins() noexcept override {
    book_.code_begins();
    g_profiler = this;
    link_seams().object_reused = [](const void* block) {
      const CurrentInstruction at = locked_instruction();
      g_profiler->book_.reused(block, at.address, [&] { return g_profiler->describe(at); });
    };
  }
  // What the interpreter frees and leaves while it takes itself down says nothing about the program.
  void code_ends() noexcept override { stop(); }
  // The wrappers stay: blocks do not tell which of them handed them out, and another one may stand on top by now.
  void remove() noexcept override { stop(); }
  void detach() noexcept override { stop(); }
  void begin_in_child(ProcessArea& area) noexcept override { book_.begin_in_child(area); }
  void pause() noexcept override { book_.pause(); }
  void resume() noexcept override { book_.resume(); }
  void drop_all() noexcept override { book_.drop_all(); }

  void mark_code(PyObject* object, const std::string& /*module*/) noexcept override {
    auto* code = reinterpret_cast<PyCodeObject*>(object);
    try {
      Marked marked{code_file(code), code_qualified_name(code), static_cast<std::uint32_t>(code->co_firstlineno)};
      book_.exclusively([&] { marked_.insert(std::move(marked)); });
    } catch (const std::bad_alloc&) {
      // Then it is not watched, and its blocks are under "not watched".
    }
  }

 private:
  using Marked = std::tuple<std::string, std::string, std::uint32_t>;  // file, qualified name, first line

  /// What the hooks call.
  class Sink {
   public:
    explicit Sink(AllocProfiler& profiler) : profiler_(profiler) {}
    [[nodiscard]] bool booking() const noexcept { return profiler_.book_.booking(); }
    void allocated(void* block, std::size_t bytes, CurrentInstruction at) noexcept {
      profiler_.book_.allocated(block, bytes, at.address, [&] { return profiler_.describe(at); });
    }
    AllocBook::Taken freed(void* block) noexcept { return profiler_.book_.freed(block); }
    void put_back(void* block, const AllocBook::Taken& taken) noexcept { profiler_.book_.put_back(block, taken); }

   private:
    AllocProfiler& profiler_;
  };

  // Cold: once per instruction that allocates. With the book's lock, in the middle of an allocation: no Python object
  // may be made here.
  SiteFacts describe(const CurrentInstruction& at) {
    const int error = errno;
    InstructionFacts facts = facts_of(at);
    SiteFacts site{.file = filter_.canonical(facts.file),
                   .name = std::move(facts.qualified_name),
                   .line = facts.line,
                   .code = at.code,
                   .code_bytes = facts.code_bytes};
    if (chosen_) site.watched = is_watched(facts, site.name);
    errno = error;
    return site;
  }

  bool is_watched(const InstructionFacts& facts, const std::string& qualified_name) {
    // A thread without the interpreter lock cannot look into a module: a pattern that names one does not match there.
    return filter_.watches({.file = facts.file,
                            .module = has_interpreter_lock() ? current_module(name_key_) : std::string(),
                            .qualified_name = qualified_name,
                            .marked = marked_.contains({facts.file, qualified_name, facts.first_line}),
                            .caller_watched = false,
                            .outermost = false});
  }

  void stop() noexcept {
    link_seams().object_reused = nullptr;
    book_.stop();
  }

  bool chosen_;  // --only or --exclude: some code is not watched
  WatchFilter filter_;
  std::set<Marked> marked_;
  PyObject* name_key_ = nullptr;  // "__name__"; for as long as the process lives
  AllocBook book_;
  Sink sink_;
  AllocatorHooks<Sink> hooks_;
};

}  // namespace

std::unique_ptr<Profiler> make_alloc_profiler(const HostContext& context) {
  return std::make_unique<AllocProfiler>(context);
}

}  // namespace pyharness

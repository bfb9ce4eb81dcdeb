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

/// What the hooks call: finds out what an instruction is called, and books.
class AllocSink {
 public:
  explicit AllocSink(const HostContext& context)
      : book_(context.arena),
        chosen_(!context.plan.watch.only.empty() || !context.plan.watch.exclude.empty()),
        filter_(context.plan.watch, {}, WatchDefault::kEverything) {
    book_.begin(*context.area);
    if (context.plan.start_paused) book_.pause();
  }

  AllocBook& book() noexcept { return book_; }
  void set_name_key(PyObject* key) noexcept { name_key_ = key; }
  /// `code` is decorated with @profile.
  void mark(PyCodeObject* code) {
    Marked marked{code_file(code), code_qualified_name(code), static_cast<std::uint32_t>(code->co_firstlineno)};
    book_.exclusively([&] { marked_.insert(std::move(marked)); });
  }

  // For AllocatorHooks and LinkSeams.
  [[nodiscard]] bool booking() const noexcept { return book_.booking(); }
  void allocated(const void* block, std::size_t bytes, CurrentInstruction at) noexcept {
    book_.allocated(block, bytes, at.address, [this, at] { return describe(at); });
  }
  [[gnu::always_inline]] AllocBook::Taken freed(const void* block) noexcept { return book_.freed(block); }
  void put_back(const void* block, const AllocBook::Taken& taken) noexcept { book_.put_back(block, taken); }
  void reused(const void* block) noexcept {
    const CurrentInstruction at = locked_instruction();
    book_.reused(block, at.address, [this, at] { return describe(at); });
  }

 private:
  using Marked = std::tuple<std::string, std::string, std::uint32_t>;  // file, qualified name, first line

  // Cold: once per instruction that allocates. With the book's lock, in the middle of an allocation: no Python object
  // may be made here.
  SiteFacts describe(const CurrentInstruction& at) {
    const int error = errno;
    InstructionFacts facts = facts_of(at);
    SiteFacts site{.file = filter_.canonical(facts.file),
                   .name = std::move(facts.qualified_name),
                   .line = facts.line,
                   .code = at.code,
                   .code_bytes = facts.code_bytes,
                   .watched = true};
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

  AllocBook book_;
  bool chosen_;  // --only or --exclude: some code is not watched
  WatchFilter filter_;
  std::set<Marked> marked_;
  PyObject* name_key_ = nullptr;  // "__name__"; for as long as the process lives
};

// The link seams take plain functions.
AllocSink* g_sink = nullptr;

class AllocProfiler final : public Profiler {
 public:
  explicit AllocProfiler(const HostContext& context) : sink_(context), hooks_(sink_) {}

  void before_start() override { hooks_.put_in(); }

  void install() override {
    PyObject* key = PyUnicode_InternFromString("__name__");
    if (key == nullptr) throw Failure("there is no memory for the allocation profiler.");
    sink_.set_name_key(key);
  }

  void code_begins() noexcept override {
    sink_.book().code_begins();
    g_sink = &sink_;
    link_seams().object_reused = [](const void* block) { g_sink->reused(block); };
  }
  // What the interpreter frees and leaves while it takes itself down says nothing about the program.
  void code_ends() noexcept override { stop(); }
  // The wrappers stay: blocks do not tell which of them handed them out, and another one may stand on top by now.
  void remove() noexcept override { stop(); }
  void detach() noexcept override { stop(); }
  void begin_in_child(ProcessArea& area) noexcept override { sink_.book().begin_in_child(area); }
  void pause() noexcept override { sink_.book().pause(); }
  void resume() noexcept override { sink_.book().resume(); }
  void drop_all() noexcept override { sink_.book().drop_all(); }

  void mark_function(PyObject* function, const std::string& /*module*/) noexcept override {
    try {
      sink_.mark(reinterpret_cast<PyCodeObject*>(PyFunction_GetCode(function)));
    } catch (const std::bad_alloc&) {
      // Then it is not watched, and its blocks are under "not watched".
    }
  }

 private:
  void stop() noexcept {
    link_seams().object_reused = nullptr;
    sink_.book().stop();
  }

  AllocSink sink_;
  AllocatorHooks<AllocSink> hooks_;
};

}  // namespace

std::unique_ptr<Profiler> make_alloc_profiler(const HostContext& context) {
  return std::make_unique<AllocProfiler>(context);
}

}  // namespace pyharness

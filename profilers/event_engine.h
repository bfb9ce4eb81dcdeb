#pragma once

#include "profilers/profiler.h"
#include "profilers/thread_record.h"

namespace pyharness {

/// What engines have in common that hear of events in Python code and tell a recorder: pauses, forks, and being found
/// by their hooks. CPython gives those no context that the program would not see, hence one engine per process.
template <class Book, class Recorder, Clock C>
class EventEngine : public Profiler {
 public:
  /// `more` are what the recorder's constructor takes beside the arena and the names.
  template <class... More>
  explicit EventEngine(const HostContext& context, More... more) : recorder_(context.arena, context.text, more...) {
    recorder_.begin(*context.area);
    if (context.plan.start_paused) recorder_.pause(C::now());
  }
  ~EventEngine() override { EventEngine::detach(); }

  void detach() noexcept override {
    engine_ = nullptr;
    Record::open(nullptr);
  }
  void prepare_fork() noexcept override { recorder_.prepare_fork(Record::known()); }
  void begin_in_child(ProcessArea& area) noexcept override {
    recorder_.begin_in_child(area, Record::known(), C::now());
  }
  void pause() noexcept override { recorder_.pause(C::now()); }
  void resume() noexcept override { recorder_.resume(C::now()); }
  void drop_all() noexcept override { recorder_.drop_all(C::now()); }

 protected:
  using Record = ThreadRecord<Book, C>;

  /// Null before open_engine() and where nothing may be booked any more.
  [[nodiscard]] static EventEngine* engine() noexcept { return engine_; }

  void open_engine() noexcept {
    engine_ = this;
    Record::open(&recorder_);
  }

  Recorder recorder_;

 private:
  static inline EventEngine* engine_ = nullptr;
};

}  // namespace pyharness

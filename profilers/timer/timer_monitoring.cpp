// Named timers on 3.12 and later: sys.monitoring. Code that is not timed is told of once, when it first runs, and when
// an exception leaves it: that event is not to be had for single code objects.
#include "harness/cpython/code_monitoring.h"
#include "profilers/timer/timer_engine.h"

namespace pyharness {
namespace {

template <Clock C>
class MonitoringTimers final : public TimerEngineBase<C> {
  using Base = TimerEngineBase<C>;

 public:
  using Base::Base;

  void remove() noexcept override { monitoring_.close(); }

 private:
  using typename Base::Timed;

  static MonitoringTimers* self() noexcept { return static_cast<MonitoringTimers*>(Base::engine()); }

  void start() override {
    monitoring_.open();
    monitoring_.tell(CodeEvent::kStart, on_start);
    monitoring_.tell(CodeEvent::kReturn, on_leave);
    monitoring_.tell(CodeEvent::kUnwind, on_leave);
    monitoring_.tell(CodeEvent::kYield, on_yield);
    monitoring_.tell(CodeEvent::kResume, on_resume);
    if (this->has_patterns()) {
      monitoring_.everywhere({CodeEvent::kStart, CodeEvent::kUnwind});
    } else {
      monitoring_.everywhere({CodeEvent::kUnwind});
    }
  }

  void listen(Timed& timed, PyCodeObject* code, bool again, PyObject*) override {
    if (!hear(timed, code)) throw std::bad_alloc();
    if (again) monitoring_.restart();  // it was turned down before
  }

  bool hear(const Timed& timed, PyCodeObject* code) const noexcept {
    // A generator may be closed while it is suspended without a word: so its suspensions are noted.
    return timed.generator ? monitoring_.within(
                                 code, {CodeEvent::kStart, CodeEvent::kReturn, CodeEvent::kYield, CodeEvent::kResume})
                           : monitoring_.within(code, {CodeEvent::kStart, CodeEvent::kReturn});
  }

  /// What an event is about; null where nothing is to be booked.
  static Timed* timed_of(MonitoringTimers* engine, PyObject* const* arguments) noexcept {
    Timed* timed = engine == nullptr ? nullptr : engine->known(reinterpret_cast<PyCodeObject*>(arguments[0]));
    return timed == nullptr || timed->timer == nullptr ? nullptr : timed;
  }

  static Again on_start(PyObject* const* arguments) noexcept {
    MonitoringTimers* engine = self();
    if (engine == nullptr) return Again::kYes;
    auto* code = reinterpret_cast<PyCodeObject*>(arguments[0]);
    Timed* timed = engine->known(code);
    if (timed == nullptr) {
      PyFrameObject* frame = PyEval_GetFrame();
      timed = engine->look_at(code, [frame] { return frame == nullptr ? std::string() : frame_module(frame); });
      if (timed->timer != nullptr && !engine->hear(*timed, code)) engine->recorder_.count_loss(Loss::kArenaFull);
    }
    if (timed->timer == nullptr) return Again::kNever;
    if (timed->generator) {
      engine->recorder_.enter_generator(*timed->timer, current_frame_key());
    } else {
      engine->recorder_.enter(*timed->timer, {current_frame_key(), 0});
    }
    return Again::kYes;
  }

  static Again on_leave(PyObject* const* arguments) noexcept {
    MonitoringTimers* engine = self();
    const Timed* timed = timed_of(engine, arguments);
    if (timed == nullptr) return Again::kYes;
    if (timed->generator) {
      engine->recorder_.leave_generator(current_frame_key());
    } else {
      engine->recorder_.leave({current_frame_key(), 0});
    }
    return Again::kYes;
  }

  static Again on_yield(PyObject* const* arguments) noexcept {
    MonitoringTimers* engine = self();
    if (timed_of(engine, arguments) != nullptr) engine->recorder_.suspend(current_frame_key());
    return Again::kYes;
  }
  static Again on_resume(PyObject* const* arguments) noexcept {
    MonitoringTimers* engine = self();
    if (timed_of(engine, arguments) != nullptr) engine->recorder_.go_on(current_frame_key());
    return Again::kYes;
  }

  CodeMonitoring monitoring_;
};

}  // namespace

std::unique_ptr<NamedTimers> make_named_timers(const HostContext& context) {
  if (context.clock == ClockSource::kTsc) return std::make_unique<MonitoringTimers<TscClock>>(context);
  return std::make_unique<MonitoringTimers<SystemClock>>(context);
}

}  // namespace pyharness

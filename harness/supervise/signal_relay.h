#pragma once

#include <signal.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>

namespace pyharness {

/// Tells whether a signal was sent to our whole process group, where the program has it already, or to us alone: a
/// sleeping process of the same group with every signal blocked. It is younger than we are, and the kernel signals a
/// group youngest first, so a group's signal is pending there before it wakes us.
class Canary {
 public:
  Canary();
  Canary(const Canary&) = delete;
  Canary& operator=(const Canary&) = delete;
  ~Canary();

  /// True where `signal` reached the canary as well. It is then replaced by a fresh one; what else had reached it is
  /// kept in mind for when it reaches us.
  bool heard(int signal);

 private:
  void start();
  void stop();
  [[nodiscard]] std::uint64_t pending() const;

  pid_t pid_ = -1;
  std::uint64_t expected_ = 0;  // signals that reached an earlier canary and not yet us; bit 0 is signal 1
};

/// What is done beside. Either may be null.
struct Meanwhile {
  std::function<void()>
      on_news;                 // SIGCHLD came, and that was not the program's end: it says that it has more processes
  std::function<void()> beat;  // at once, and then four times a second
};

/// Passes on what is sent to pyharness so that the program sees each signal once, and stops and continues with it. From
/// construction on, signals wait here instead of ending us. Main thread only.
class SignalRelay {
 public:
  SignalRelay();
  SignalRelay(const SignalRelay&) = delete;
  SignalRelay& operator=(const SignalRelay&) = delete;

  /// The mask that the program is to start with.
  [[nodiscard]] const sigset_t& original_mask() const { return original_; }
  /// SIGCHLD's disposition that the program is to start with.
  [[nodiscard]] const struct sigaction& original_sigchld() const { return original_sigchld_; }

  /// Relays to `child` until it has ended, and returns without reaping it.
  void relay_until_end(pid_t child, const Meanwhile& meanwhile);

  /// The same until `descriptor` can be read, or has come to its end.
  void relay_until_readable(int descriptor, pid_t child);

  /// After the last program: what a user ends or stops a command with does so again. The rest stays blocked, so that a
  /// closed terminal, a broken pipe or a companion's signal costs no report. What came for the program is forgotten.
  void let_user_interrupt();

 private:
  bool handle(const siginfo_t& signal, pid_t child);
  /// Whether a signal to us alone is followed by the same one to the group, which is then the one that counts.
  bool group_follows(int signal);

  sigset_t relayed_;
  sigset_t original_;
  struct sigaction original_sigchld_ {};
  Canary canary_;
};

/// Ends this process by `signal`, as the program ended; without a second core dump. Returns only if the signal does not
/// kill.
void die_by(int signal);

}  // namespace pyharness

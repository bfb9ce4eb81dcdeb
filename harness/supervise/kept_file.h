#pragma once

#include <string>

#include "harness/base/descriptor.h"

namespace pyharness {

/// The file of --keep: an arena with a name, which outlives even pyharness. Locked (flock) for as long as pyharness
/// lives, so that a reader knows whether the run goes on.
class KeptFile {
 public:
  /// Nothing: not kept.
  KeptFile() = default;
  /// Makes it, empty, with the user's umask. Only an earlier file of the same kind is replaced, and no symbolic link is
  /// followed. Throws Failure, also where another pyharness is writing there.
  explicit KeptFile(std::string path);

  [[nodiscard]] explicit operator bool() const { return !path_.empty(); }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Open for reading and writing, close-on-exec.
  [[nodiscard]] int descriptor() const { return file_.get(); }
  /// Takes the file away: there is nothing in it.
  void remove();

 private:
  std::string path_;
  Descriptor file_;
  // Opened a second time: what the program maps of the first keeps that one alive, and the lock is to end with us.
  Descriptor lock_;
};

}  // namespace pyharness

#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "harness/base/descriptor.h"

namespace pyharness {

/// Where a path leads that is to be written: a name in a directory that is held open, so that neither the program's
/// os.chdir() nor somebody who swaps a directory for a link can change it.
struct OutputPlace {
  Descriptor directory;                 // none where `path` names one of our descriptors
  std::string name;                     // in the directory
  std::string path;                     // as the last symbolic link on the way named it
  std::optional<struct stat> existing;  // what is there now; never a link

  [[nodiscard]] bool is_replaced() const { return directory && (!existing || S_ISREG(existing->st_mode)); }
};

/// Follows symbolic links to what they name, which need not exist; but none that another user has put into a directory
/// that everybody may write to, as the kernel's fs.protected_symlinks. Throws Failure.
OutputPlace find_place(const std::string& path);

/// Removes what killed runs left aside in the directory of `place`.
void remove_left_aside(const OutputPlace& place);
/// A name beside the place's that nobody can guess.
std::string name_aside(const OutputPlace& place);

/// "cannot write PATH: No space left on device. ..."
std::string cannot_write(const std::string& path, int error_number);

}  // namespace pyharness

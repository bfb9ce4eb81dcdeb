#include "harness/base/nameless_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>

#include "harness/base/output.h"
#include "harness/base/write_signals.h"

namespace pyharness {
namespace {

int open_in(const char* directory) noexcept {
  if (const int nameless = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); nameless >= 0) return nameless;
  // Not every file system has files without a name.
  char path[PATH_MAX];
  if (std::snprintf(path, sizeof path, "%s/pyharness-XXXXXX", directory) >= static_cast<int>(sizeof path)) return -1;
  const int named = mkostemp(path, O_CLOEXEC);
  if (named >= 0) unlink(path);
  return named;
}

}  // namespace

int open_nameless_file(const char* label) noexcept {
  if (const int memory = memfd_create(label, MFD_CLOEXEC); memory >= 0) return memory;
  if (errno == EMFILE || errno == ENFILE) return -1;
  const char* directory = std::getenv("TMPDIR");
  const int chosen = directory == nullptr || *directory == '\0' ? -1 : open_in(directory);
  return chosen >= 0 ? chosen : open_in("/tmp");
}

int begin_file(int descriptor, std::string_view beginning, std::size_t bytes) noexcept {
  const NoWriteSignals guard;  // the limit counts for memory too
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  rlimit raised = limit;
  raised.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_FSIZE, &raised);
  int error = write_all(descriptor, beginning);
  if (error == 0 && ftruncate(descriptor, static_cast<off_t>(bytes)) != 0) error = errno;
  setrlimit(RLIMIT_FSIZE, &limit);
  lseek(descriptor, 0, SEEK_SET);
  return error;
}

}  // namespace pyharness

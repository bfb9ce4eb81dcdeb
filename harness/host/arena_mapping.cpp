#include "harness/host/arena_mapping.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "harness/base/error.h"

namespace pyharness {

namespace {

int last_descriptor(rlim_t most) noexcept {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<int>(std::min(limit.rlim_cur, most)) - 1;
}

}  // namespace

int spawned_descriptor() noexcept { return last_descriptor(256); }

bool is_arena(int descriptor, ArenaHeader& header) noexcept {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  if (pread(descriptor, static_cast<void*>(&header), sizeof header, 0) != sizeof header) return false;
  return header.magic == kArenaMagic &&
         (header.layout_version != kLayoutVersion || header.bytes == static_cast<std::uint64_t>(status.st_size));
}

namespace {

// One that a program got as a file, kept of a run that was killed, has nobody behind it.
bool has_supervisor(const ArenaHeader& header) {
  return kill(static_cast<pid_t>(header.run.supervisor_pid), 0) == 0 || errno == EPERM;
}

// Where no process is spawned, it is the lowest that was free.
int find_arena(ArenaHeader& header) {
  // In a pid namespace of its own a process cannot see the supervisor: then it is the one that there is.
  for (const bool with_supervisor : {true, false}) {
    const auto is_it = [&](int descriptor) {
      return is_arena(descriptor, header) && (!with_supervisor || has_supervisor(header));
    };
    if (const int spawned = spawned_descriptor(); is_it(spawned)) return spawned;
    for (int descriptor = kFirstInheritedDescriptor; descriptor <= last_descriptor(1 << 16); ++descriptor) {
      if (is_it(descriptor)) return descriptor;
    }
  }
  throw Failure("this program is started by pyharness. Use: pyharness run SCRIPT");
}

// At `place`, or anywhere where that is null. Nothing is accessible but the head until it is claimed: mlockall() by the
// program must not fill it.
void* map(void* place, const ArenaHeader& header, int descriptor) noexcept {
  void* base = mmap(place, header.bytes, PROT_NONE, MAP_SHARED | MAP_NORESERVE | (place == nullptr ? 0 : MAP_FIXED),
                    descriptor, 0);
  if (base == MAP_FAILED) return base;
  madvise(base, header.bytes, MADV_DONTDUMP);
  const std::size_t head = whole_pages(header.context + header.context_bytes);
  return mprotect(base, head, PROT_READ | PROT_WRITE) == 0 ? base : MAP_FAILED;
}

}  // namespace

ArenaWriter map_inherited_arena() {
  ArenaHeader header{};
  const int descriptor = find_arena(header);
  if (header.layout_version != kLayoutVersion)
    throw Failure("pyharness and its host are of different versions. Install pyharness again.");
  void* base = map(nullptr, header, descriptor);
  close(descriptor);
  if (base == MAP_FAILED) throw Failure("the arena cannot be mapped. Raise the address space limit (ulimit -v).");
  return ArenaWriter({static_cast<std::byte*>(base), header.bytes});
}

bool map_arena_again(const ArenaWriter& arena, int descriptor) noexcept {
  ArenaHeader header{};
  return is_arena(descriptor, header) && header.bytes == arena.bytes().size() &&
         map(arena.bytes().data(), header, descriptor) != MAP_FAILED;
}

}  // namespace pyharness

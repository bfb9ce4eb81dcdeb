#include "harness/supervise/arena_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include <fmt/format.h>

#include "harness/base/error.h"

namespace pyharness {
namespace {

constexpr std::size_t kWantedBytes = std::size_t{4} << 30;
constexpr std::size_t kLeastBytes = std::size_t{4} << 20;

// Address space, not memory: pages come when they are claimed. A program under `ulimit -v` keeps three quarters of it.
std::size_t arena_bytes() {
  std::size_t bytes = kWantedBytes;
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    bytes = std::min<std::size_t>(bytes, limit.rlim_cur / 4);
  return std::max(bytes, kLeastBytes) / kPageBytes * kPageBytes;
}

// RLIMIT_FSIZE counts for nameless memory too, and beyond it the kernel kills with SIGXFSZ.
int grow_past_limit(int descriptor, std::size_t bytes) {
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  rlimit raised = limit;
  raised.rlim_cur = limit.rlim_max;
  struct sigaction ignore {};
  struct sigaction before {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGXFSZ, &ignore, &before);
  setrlimit(RLIMIT_FSIZE, &raised);
  const int error = ftruncate(descriptor, static_cast<off_t>(bytes)) == 0 ? 0 : errno;
  setrlimit(RLIMIT_FSIZE, &limit);
  sigaction(SIGXFSZ, &before, nullptr);
  return error;
}

int open_nameless() {
  if (const int descriptor = memfd_create("pyharness", MFD_CLOEXEC); descriptor >= 0) return descriptor;
  const char* directory = std::getenv("TMPDIR");
  return open(directory != nullptr ? directory : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

}  // namespace

ArenaFile::ArenaFile(const HostPlan& plan, const RunContext& context)
    : descriptor_(open_nameless()), size_(arena_bytes()) {
  if (descriptor_ < 0)
    throw Failure(fmt::format("there is no shared memory for the recording: {}.", error_text(errno)));
  const std::string plan_bytes = to_bytes(plan);
  const std::string context_bytes = to_bytes(context);
  const int error = grow_past_limit(descriptor_, size_);
  void* base = error != 0 ? MAP_FAILED
                          : mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor_, 0);
  if (base == MAP_FAILED) {
    const int reason = error != 0 ? error : errno;
    close(descriptor_);
    throw Failure(fmt::format("there is no room for the recording: {}. Raise the limits (ulimit -v, ulimit -f).",
                              error_text(reason)));
  }
  base_ = static_cast<std::byte*>(base);
  madvise(base_, size_, MADV_DONTDUMP);
  auto* header = new (base_) ArenaHeader{};
  header->layout_version = kLayoutVersion;
  header->clock_source = static_cast<std::uint32_t>(context.clock);
  header->bytes = size_;
  header->plan = sizeof(ArenaHeader);
  header->plan_bytes = plan_bytes.size();
  header->context = header->plan + header->plan_bytes;
  header->context_bytes = context_bytes.size();
  header->next_free = whole_pages(header->context + header->context_bytes);
  header->run.supervisor_pid = static_cast<std::uint32_t>(getpid());
  std::memcpy(base_ + header->plan, plan_bytes.data(), plan_bytes.size());
  std::memcpy(base_ + header->context, context_bytes.data(), context_bytes.size());
  header->magic = kArenaMagic;
}

void ArenaFile::note_start(pid_t host, ClockPair began) {
  header().run.host_pid = static_cast<std::uint32_t>(host);
  header().run.began = began;
}

void ArenaFile::note_end(const HostEnd& end, ClockPair ended) {
  RunState& run = header().run;
  run.exit_status = end.ending.exit_status.value_or(-1);
  run.signal = end.ending.signal.value_or(-1);
  run.ended_at = ended;
  run.usage = end.usage;
  run.children_user_ns = end.children.user_ns;
  run.children_system_ns = end.children.system_ns;
  run.ended.store(1, std::memory_order_release);
}

ArenaFile::~ArenaFile() {
  munmap(base_, size_);
  close(descriptor_);
}

}  // namespace pyharness

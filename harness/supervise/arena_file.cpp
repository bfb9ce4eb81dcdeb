#include "harness/supervise/arena_file.h"

#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <new>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/nameless_file.h"
#include "harness/base/pid_namespace.h"

namespace pyharness {
namespace {

constexpr std::size_t kWantedBytes = std::size_t{4} << 30;
constexpr std::size_t kLeastBytes = std::size_t{4} << 20;

// Address space, not memory: pages come when they are claimed. A program under `ulimit -v` keeps three quarters of it.
std::size_t arena_bytes() {
  std::size_t bytes = kWantedBytes;
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    bytes = std::min<std::size_t>(bytes, limit.rlim_cur / kShareOfAddressSpace);
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0) bytes = std::min<std::size_t>(bytes, limit.rlim_max);
  return std::max(bytes, kLeastBytes) / kPageBytes * kPageBytes;
}

std::uint64_t random_number() {
  std::uint64_t number = 0;
  if (getrandom(&number, sizeof number, GRND_NONBLOCK) == sizeof number) return number;
  timespec now{};  // a kernel that has only just started
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) << 32 ^ static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

ArenaFile::ArenaFile(const HostPlan& plan, const RunContext& context, const std::string& keep)
    : kept_(keep.empty() ? KeptFile() : KeptFile(keep)),
      nameless_(kept_ ? -1 : open_nameless_file("pyharness")),
      descriptor_(kept_ ? kept_.descriptor() : nameless_.get()),
      size_(arena_bytes()) {
  if (descriptor_ < 0)
    throw Failure(fmt::format("there is no shared memory for the recording, and no room in $TMPDIR or /tmp: {}",
                              error_sentence(errno)));
  const std::string plan_bytes = to_bytes(plan);
  const std::string context_bytes = to_bytes(context);
  std::string head(whole_pages(sizeof(ArenaHeader) + plan_bytes.size() + context_bytes.size()), '\0');
  auto* header = new (head.data()) ArenaHeader{};
  header->magic = kArenaMagic;
  header->layout_version = kLayoutVersion;
  header->clock_source = static_cast<std::uint32_t>(context.clock);
  header->bytes = size_;
  header->run_id = random_number();
  header->pid_namespace = own_pid_namespace();
  header->descriptor = static_cast<std::uint32_t>(descriptor_);
  header->plan = sizeof(ArenaHeader);
  header->plan_bytes = plan_bytes.size();
  header->context = header->plan + header->plan_bytes;
  header->context_bytes = context_bytes.size();
  header->next_free = head.size();
  header->run.supervisor_pid = static_cast<std::uint32_t>(getpid());
  head.replace(header->plan, plan_bytes.size() + context_bytes.size(), plan_bytes + context_bytes);
  // Written, not stored: on a full disk that is an error, and no SIGBUS.
  const int error = begin_file(descriptor_, head, size_);
  void* base = error != 0 ? MAP_FAILED
                          : mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor_, 0);
  if (base == MAP_FAILED) {
    const int reason = error != 0 ? error : errno;
    if (kept_) kept_.remove();
    throw Failure(fmt::format("there is no room for the recording: {}", error_sentence(reason)));
  }
  base_ = static_cast<std::byte*>(base);
  madvise(base_, size_, MADV_DONTDUMP);
}

void ArenaFile::note_start(pid_t host, ClockPair began) {
  header().run.host_pid = static_cast<std::uint32_t>(host);
  header().run.began = began;
}

void ArenaFile::note_alive(ClockPair now) {
  // Two in turn: we may be killed between the stores of one.
  RunState& run = header().run;
  const std::uint32_t beats = run.beats.load(std::memory_order_relaxed);
  run.seen[beats % 2] = now;
  run.beats.store(beats + 1, std::memory_order_release);
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
  if (!kept_) return;
  // From here on every claim is refused, so that none lies behind the cut.
  const Offset used = header().next_free.exchange(header().bytes);
  if (used < size_ && ftruncate(descriptor_, static_cast<off_t>(whole_pages(used))) != 0) errno = 0;
}

ArenaFile::~ArenaFile() { munmap(base_, size_); }

}  // namespace pyharness

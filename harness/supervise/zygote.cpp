#include "harness/supervise/zygote.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "harness/base/error.h"

namespace pyharness {

Zygote::Zygote(HostPlan plan, const RunContext& context, HostStart start, const SignalRelay& relay) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw Failure(fmt::format("there is no way to speak to the program's process: {}", error_sentence(errno)));
  ours_ = Descriptor(ends[0]);
  theirs_ = Descriptor(ends[1]);
  plan.zygote.socket = theirs_.get();
  arena_.emplace(plan, context, "");
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  start.arena = arena_->descriptor();
  start.inherited = theirs_.get();
  const ClockPair began = ClockPair::now(context.clock);
  pid_ = start_host(start, relay);
  arena_->note_start(pid_, began);
  theirs_ = Descriptor();
}

Zygote::~Zygote() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<RepetitionStart> Zygote::begin(int arena, SignalRelay& relay) {
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof arena)> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof arena);
  std::memcpy(CMSG_DATA(header), &arena, sizeof arena);
  RepetitionStart start;
  ssize_t count = sendmsg(ours_.get(), &message, MSG_NOSIGNAL);
  if (count == 1) {
    relay.relay_until_readable(ours_.get(), pid_);
    do count = recv(ours_.get(), &start, sizeof start, 0);
    while (count < 0 && errno == EINTR);
  }
  if (count != sizeof start) return std::nullopt;
  if (start.error != 0) throw Failure(fmt::format("the program cannot be forked: {}", error_sentence(start.error)));
  return start;
}

}  // namespace pyharness

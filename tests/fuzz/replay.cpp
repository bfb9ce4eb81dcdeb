// The main of a fuzz target where there is no libFuzzer: runs it over the files of a corpus, then over seeded mutations
// of them, the same ones every time.
//
//     fuzz_NAME CORPUS [MUTATIONS] [FIRST]      FIRST: begin with mutation FIRST, as named where one failed
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz_target.h"

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr unsigned kLongestSeconds = 60;  // of one input; they take milliseconds
constexpr std::size_t kMostMemory = std::size_t{2} << 30;

char input_name[512];  // of what runs now, for whoever it ends

void say_input(int signal) {
  constexpr std::string_view kLabel = "\nthe input: ";
  (void)!write(STDERR_FILENO, kLabel.data(), kLabel.size());
  (void)!write(STDERR_FILENO, input_name, std::char_traits<char>::length(input_name));
  (void)!write(STDERR_FILENO, "\n", 1);
  ::signal(signal, SIG_DFL);
  raise(signal);
}

void set_limits() {
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM}) signal(number, say_input);
#ifndef PYHARNESS_SANITIZED  // whose shadow takes more address space than there is memory
  const rlimit memory{kMostMemory, kMostMemory};
  setrlimit(RLIMIT_AS, &memory);
#endif
}

void run(const Bytes& input, const std::string& name) {
  std::snprintf(input_name, sizeof input_name, "%s", name.c_str());
  alarm(kLongestSeconds);
  const Bytes copy(input);  // exactly as long as it is
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
  alarm(0);
}

/// A few changes of one input, or of two; the same for the same number everywhere.
class Mutation {
 public:
  Mutation(const std::vector<Bytes>& corpus, std::uint64_t number) : corpus_(corpus), random_(number) {}

  Bytes result() {
    Bytes bytes = any();
    for (std::size_t changes = 1 + below(8); changes != 0; --changes) change(bytes);
    return bytes;
  }

 private:
  // Not std::uniform_int_distribution: that one differs between libraries.
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  const Bytes& any() { return corpus_[below(corpus_.size())]; }

  void change(Bytes& bytes) {
    constexpr std::array<std::uint64_t, 8> kNumbers = {
        0, 1, 0x7F, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, ~std::uint64_t{0} >> 1, ~std::uint64_t{0}};
    const std::size_t at = below(bytes.size());
    const std::size_t length = below(std::min<std::size_t>(bytes.size() - at, 64) + 1);
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = begin + static_cast<std::ptrdiff_t>(length);
    switch (below(6)) {
      case 0:
        if (!bytes.empty()) bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1U << below(8));
        break;
      case 1:
        if (!bytes.empty()) bytes[at] = static_cast<std::uint8_t>(below(256));
        break;
      case 2: {
        const std::uint64_t number = kNumbers[below(kNumbers.size())];
        for (std::size_t i = 0; i < std::min<std::size_t>(length, 8); ++i)
          bytes[at + i] = static_cast<std::uint8_t>(number >> (8 * i));
        break;
      }
      case 3:
        bytes.erase(begin, end);
        break;
      case 4: {
        const Bytes part(begin, end);
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size())), part.begin(), part.end());
        break;
      }
      default: {
        const Bytes& other = any();
        const std::size_t from = below(other.size());
        const std::size_t most = below(std::min<std::size_t>(other.size() - from, 256) + 1);
        bytes.insert(begin, other.begin() + static_cast<std::ptrdiff_t>(from),
                     other.begin() + static_cast<std::ptrdiff_t>(from + most));
      }
    }
  }

  const std::vector<Bytes>& corpus_;
  std::mt19937_64 random_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s CORPUS [MUTATIONS] [FIRST]\n", argv[0]);
    return 2;
  }
  set_limits();
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Bytes> corpus;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    run(corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()), file.string());
  }
  if (corpus.empty()) {
    std::fprintf(stderr, "%s has no file.\n", argv[1]);
    return 1;
  }
  const std::uint64_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const std::uint64_t first = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 0;
  for (std::uint64_t i = first; i < first + count; ++i)
    run(Mutation(corpus, i).result(), "mutation " + std::to_string(i) + " of " + argv[1]);
  std::printf("%zu files and %llu mutations\n", corpus.size(), static_cast<unsigned long long>(count));
  return 0;
}

#include "harness/cli/reports.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <new>

#include "harness/base/error.h"
#include "tests/support/recording_builder.h"
#include "tests/support/temporary_directory.h"

namespace fs = std::filesystem;
using pyharness::Output;
using pyharness::Recording;
using pyharness::Reporter;
using pyharness::ReporterInfo;
using pyharness::ReportStyle;
using pyharness::Written;
using pyharness::testing::RecordingBuilder;
using pyharness::testing::TemporaryDirectory;

namespace {

/// Writes a little and then throws.
template <class Thrown>
class Throwing final : public Reporter {
 public:
  void write(const Recording&, Output& output) const override {
    output.write("half of it");
    throw Thrown();
  }
};

struct Unknown {};
struct OwnError : std::runtime_error {
  OwnError() : std::runtime_error("\x1b[31mno good\n.") {}
};

template <class Thrown>
ReporterInfo throwing() {
  return {"broken", "", {}, {}, [](const ReportStyle&) -> std::unique_ptr<Reporter> {
            return std::make_unique<Throwing<Thrown>>();
          }};
}

/// What `action` says on stderr.
template <class Action>
std::string said_by(const Action& action) {
  const TemporaryDirectory directory;
  const std::string path = directory.write("stderr", "");
  const int kept = dup(STDERR_FILENO);
  std::FILE* const file = std::freopen(path.c_str(), "w", stderr);
  action();
  std::fflush(file);
  dup2(kept, STDERR_FILENO);
  close(kept);
  return pyharness::read_file(path);
}

}  // namespace

TEST_SUITE("reports") {
  TEST_CASE("whatever a reporter throws is said in a line, and nothing of it is left") {
    const Recording recording = RecordingBuilder().build();
    const TemporaryDirectory directory;
    const std::string path = directory.write("a.txt", "old");
    const auto sentence_of = [&](const ReporterInfo& reporter) {
      return said_by([&] {
        Output output = Output::open(path);
        CHECK(write_report(reporter, ReportStyle{}, recording, output) == Written::kNot);
      });
    };
    const std::string begin = "pyharness: the broken report was not written: ";
    CHECK(sentence_of(throwing<OwnError>()) == begin + "\\x1b[31mno good\\x0a.\n");
    CHECK(sentence_of(throwing<std::bad_alloc>()) == begin + pyharness::kNoMemory + "\n");
    CHECK(sentence_of(throwing<Unknown>()) == begin + "its reporter failed in an unknown way.\n");
    CHECK(pyharness::read_file(path) == "old");
    CHECK(directory.entries() == 1);
  }

  TEST_CASE("one that fails does not stop the others") {
    const TemporaryDirectory directory;
    // A recording without a profile: the reporter of pstats throws.
    pyharness::Reports reports({{"pstats", directory.path("a.pstats")}, {"json", directory.path("a.json")}}, {}, -1);
    const std::string said = said_by([&] { CHECK(reports.write(RecordingBuilder().build()) == Written::kNot); });
    CHECK(said ==
          "pyharness: the pstats report was not written: the recording has no profile. Record one with "
          "--mode=profile.\n");
    CHECK(fs::exists(directory.path("a.json")));
    CHECK(directory.entries() == 1);
  }
}

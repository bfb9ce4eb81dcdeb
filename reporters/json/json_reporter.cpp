#include "reporters/json/json_reporter.h"

#include "harness/record/json.h"

namespace pyharness {
namespace {

class JsonReporter final : public Reporter {
 public:
  explicit JsonReporter(bool compressed) : compressed_(compressed) {}
  void write(const Recording& recording, Output& output) const override {
    const std::string text = to_json(recording);
    output.write(compressed_ ? gzip(text) : text);
  }

 private:
  bool compressed_;
};

}  // namespace

std::unique_ptr<Reporter> make_json_reporter(const ReportStyle&) { return std::make_unique<JsonReporter>(false); }
std::unique_ptr<Reporter> make_compressed_json_reporter(const ReportStyle&) {
  return std::make_unique<JsonReporter>(true);
}

}  // namespace pyharness

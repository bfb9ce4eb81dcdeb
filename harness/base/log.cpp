#include "harness/base/log.h"

#define SPDLOG_HEADER_ONLY
#define SPDLOG_FMT_EXTERNAL
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

#include "harness/base/words.h"
#include "harness/base/write_signals.h"

namespace pyharness::log {
namespace {

spdlog::logger make_logger() {
  spdlog::logger logger("pyharness", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger.set_pattern("%n: %v");
  const char* wanted = std::getenv("PYHARNESS_LOG");
  logger.set_level(wanted != nullptr ? spdlog::level::from_str(wanted) : spdlog::level::info);
  logger.flush_on(spdlog::level::trace);
  return logger;
}

spdlog::logger& logger() {
  static spdlog::logger instance = make_logger();
  return instance;
}

// Sentences name files and words of others.
void say(spdlog::level::level_enum level, std::string_view sentence) {
  const NoWriteSignals guard;
  logger().log(level, "{}", printable(sentence));
}

}  // namespace

void error(std::string_view sentence) { say(spdlog::level::err, sentence); }
void warning(std::string_view sentence) { say(spdlog::level::warn, sentence); }
void debug(std::string_view sentence) { say(spdlog::level::debug, sentence); }

}  // namespace pyharness::log

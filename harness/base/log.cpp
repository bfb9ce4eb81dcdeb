#include "harness/base/log.h"

#define SPDLOG_HEADER_ONLY
#define SPDLOG_FMT_EXTERNAL
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

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

}  // namespace

void error(std::string_view sentence) { logger().error("{}", sentence); }
void warning(std::string_view sentence) { logger().warn("{}", sentence); }
void debug(std::string_view sentence) { logger().debug("{}", sentence); }

}  // namespace pyharness::log

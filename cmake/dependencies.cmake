# Libraries from Debian. pyharness and its host carry everything inside: a shared fmt or spdlog costs 2 ms of start-up, and a
# second libstdc++ in the host could bind to the program's extensions.
find_package(nlohmann_json 3.9 REQUIRED)
find_package(ZLIB REQUIRED)
find_path(PYHARNESS_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
find_path(PYHARNESS_SPDLOG_INCLUDE spdlog/spdlog.h REQUIRED)
find_path(PYHARNESS_FMT_INCLUDE fmt/format.h REQUIRED)
find_path(PYHARNESS_MD_INCLUDE sha2.h REQUIRED)
find_library(PYHARNESS_MD_ARCHIVE libmd.a REQUIRED)
find_library(PYHARNESS_ZLIB_ARCHIVE libz.a REQUIRED)

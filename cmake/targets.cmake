# What every target of ours is compiled and linked with.
add_library(pyharness_common INTERFACE)
target_include_directories(pyharness_common INTERFACE ${PROJECT_SOURCE_DIR})
target_include_directories(pyharness_common SYSTEM INTERFACE
  ${PYHARNESS_FMT_INCLUDE} ${PYHARNESS_SPDLOG_INCLUDE} ${PYHARNESS_CLI11_INCLUDE} ${PYHARNESS_MD_INCLUDE})
target_compile_options(pyharness_common INTERFACE -Wall -Wextra -Wpedantic -fno-plt $<$<BOOL:${PYHARNESS_WERROR}>:-Werror>)
target_link_libraries(pyharness_common INTERFACE nlohmann_json::nlohmann_json)
if(PYHARNESS_SANITIZE)
  target_compile_options(pyharness_common INTERFACE -fsanitize=${PYHARNESS_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(pyharness_common INTERFACE -fsanitize=${PYHARNESS_SANITIZE})
endif()

function(pyharness_library name)
  add_library(${name} STATIC ${ARGN})
  target_link_libraries(${name} PUBLIC pyharness_common)
endfunction()

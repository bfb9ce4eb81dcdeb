# What every target of ours is compiled and linked with.
add_library(pyharness_common INTERFACE)
target_include_directories(pyharness_common INTERFACE ${PROJECT_SOURCE_DIR})
target_include_directories(pyharness_common SYSTEM INTERFACE
  ${PYHARNESS_FMT_INCLUDE} ${PYHARNESS_SPDLOG_INCLUDE} ${PYHARNESS_CLI11_INCLUDE} ${PYHARNESS_MD_INCLUDE})
target_compile_options(pyharness_common INTERFACE -Wall -Wextra -Wpedantic -fno-plt $<$<BOOL:${PYHARNESS_WERROR}>:-Werror>)
target_link_libraries(pyharness_common INTERFACE nlohmann_json::nlohmann_json)
if(PYHARNESS_SANITIZE)
  # What a sanitizer finds ends the process: a test then fails, whoever reads its output.
  # Not vptr: it looks at memory through a pipe, and reports nonsense where the program has used up its descriptors.
  target_compile_options(pyharness_common INTERFACE -fsanitize=${PYHARNESS_SANITIZE} -fno-sanitize-recover=all
    -fno-sanitize=vptr -fno-omit-frame-pointer)
  target_compile_definitions(pyharness_common INTERFACE PYHARNESS_SANITIZED)
  target_link_options(pyharness_common INTERFACE -fsanitize=${PYHARNESS_SANITIZE})
  if(NOT PYHARNESS_SANITIZE MATCHES "fuzzer")  # which reports what a signal ended
    target_sources(pyharness_common INTERFACE
      $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:${PROJECT_SOURCE_DIR}/cmake/sanitizer_options.cpp>)
  endif()
endif()
# Most libraries end in the host's shared flavour too. Hidden, so that calls within us stay direct.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

function(pyharness_library name)
  add_library(${name} STATIC ${ARGN})
  target_link_libraries(${name} PUBLIC pyharness_common)
endfunction()

# A library that sees CPython's headers, once per flavour of the host: NAME_static for the default, NAME_3.X for the shared
# one of that series. After TRACING come files for 3.11 only, after MONITORING those for 3.12 and later, after STATIC and SHARED
# those for one flavour. LINKS are libraries without Python, HOST_LINKS others of this kind.
function(pyharness_host_library name)
  cmake_parse_arguments(PARSE_ARGV 1 part "" "" "SOURCES;TRACING;MONITORING;STATIC;SHARED;SHARED_TRACING;LINKS;HOST_LINKS")
  foreach(flavour static ${PYHARNESS_SERIES})
    set(target ${name}_${flavour})
    set(series ${flavour})
    set(sources ${part_SOURCES} ${part_SHARED})
    set(include ${PYHARNESS_INCLUDE_${flavour}})
    if(flavour STREQUAL static)
      set(series ${PYHARNESS_PYTHON_SERIES})
      set(sources ${part_SOURCES} ${part_STATIC})
      set(include ${PYHARNESS_PYTHON_INCLUDE})
    endif()
    if(series VERSION_LESS 3.12)
      list(APPEND sources ${part_TRACING})
      if(NOT flavour STREQUAL static)
        list(APPEND sources ${part_SHARED_TRACING})
      endif()
    else()
      list(APPEND sources ${part_MONITORING})
    endif()
    pyharness_library(${target} ${sources})
    target_include_directories(${target} SYSTEM PUBLIC ${include})
    target_link_libraries(${target} PUBLIC ${part_LINKS})
    foreach(link ${part_HOST_LINKS})
      target_link_libraries(${target} PUBLIC ${link}_${flavour})
    endforeach()
    if(flavour STREQUAL static)
      set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    else()
      # Thread-local data at a fixed distance from the thread pointer: no call for each access.
      target_compile_options(${target} PRIVATE -ftls-model=initial-exec)
    endif()
  endforeach()
endfunction()

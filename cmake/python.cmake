# The interpreter that the default host embeds. Asked, never searched for: whatever shim is first on PATH must not decide.
set(PYHARNESS_PYTHON "/usr/bin/python3.11" CACHE FILEPATH "Interpreter whose library the default host embeds")

function(pyharness_ask_python expression result)
  execute_process(COMMAND ${PYHARNESS_PYTHON} -I -c "import sys, sysconfig; v = sysconfig.get_config_var; print(${expression})"
    OUTPUT_VARIABLE answer OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "PYHARNESS_PYTHON=${PYHARNESS_PYTHON} does not run. Install python3.11 or name another interpreter.")
  endif()
  set(${result} "${answer}" PARENT_SCOPE)
endfunction()

# "3.11.2" of a directory with Python.h; empty where there is none.
function(pyharness_header_version directory result)
  set(${result} "" PARENT_SCOPE)
  if(EXISTS "${directory}/Python.h" AND EXISTS "${directory}/internal/pycore_interp.h")
    file(STRINGS "${directory}/patchlevel.h" version REGEX "define PY_VERSION +\"")
    string(REGEX REPLACE ".*\"([^\"+]*)\\+?\".*" "\\1" version "${version}")
    set(${result} "${version}" PARENT_SCOPE)
  endif()
endfunction()

pyharness_ask_python("'%d.%d.%d' % sys.version_info[:3]" PYHARNESS_PYTHON_VERSION)
pyharness_ask_python("'%d.%d' % sys.version_info[:2]" PYHARNESS_PYTHON_SERIES)
pyharness_ask_python("sysconfig.get_path('include')" PYHARNESS_PYTHON_INCLUDE)
pyharness_ask_python("v('LIBPL') + '/' + 'libpython' + v('LDVERSION') + '.a'" PYHARNESS_PYTHON_ARCHIVE)
pyharness_ask_python("' '.join(dict.fromkeys((v('MODLIBS') + ' ' + v('LIBS') + ' ' + v('SYSLIBS')).split()))" PYHARNESS_PYTHON_LIBRARIES)
separate_arguments(PYHARNESS_PYTHON_LIBRARIES)

# Headers, archive and interpreter must be one build: anything else starts and then dies somewhere strange.
pyharness_header_version("${PYHARNESS_PYTHON_INCLUDE}" header_version)
if(header_version STREQUAL "" OR NOT EXISTS "${PYHARNESS_PYTHON_ARCHIVE}")
  message(FATAL_ERROR "No headers or static library for ${PYHARNESS_PYTHON}. Install libpython${PYHARNESS_PYTHON_SERIES}-dev.")
endif()
if(NOT header_version STREQUAL PYHARNESS_PYTHON_VERSION)
  message(FATAL_ERROR "${PYHARNESS_PYTHON} is ${PYHARNESS_PYTHON_VERSION}, its headers are ${header_version}. Upgrade both together.")
endif()
message(STATUS "Embedding ${PYHARNESS_PYTHON} ${PYHARNESS_PYTHON_VERSION} from ${PYHARNESS_PYTHON_ARCHIVE}")

# A second flavour of the host loads the library of whatever interpreter it is to run. It needs nothing but the headers of
# that series: one is built for each that are found here. To add one: -DPYHARNESS_PYTHON_HEADERS="DIRECTORY;...".
set(PYHARNESS_PYTHON_HEADERS "" CACHE STRING "Directories with Python.h, beside those found: a host is built for each series")
# None under a sanitizer: its runtime must come with the executable, and the same sources are in the default host.
set(PYHARNESS_SERIES "")
set(series_wanted 3.11 3.12 3.13 3.14)
if(PYHARNESS_SANITIZE)
  set(series_wanted "")
endif()
foreach(series ${series_wanted})
  file(GLOB installed LIST_DIRECTORIES true "$ENV{PYENV_ROOT}/versions/${series}.*/include/python${series}"
    "$ENV{HOME}/.pyenv/versions/${series}.*/include/python${series}"
    "$ENV{HOME}/.local/share/uv/python/cpython-${series}.*/include/python${series}")
  foreach(directory ${PYHARNESS_PYTHON_HEADERS} ${PYHARNESS_PYTHON_INCLUDE} "/usr/include/python${series}"
      "/usr/local/include/python${series}" ${installed})
    pyharness_header_version("${directory}" header_version)
    if(header_version MATCHES "^${series}[.]" AND NOT series IN_LIST PYHARNESS_SERIES)
      list(APPEND PYHARNESS_SERIES ${series})
      set(PYHARNESS_INCLUDE_${series} ${directory})
      message(STATUS "A host for every Python ${series} that has a shared library, with the headers of ${header_version}")
    endif()
  endforeach()
endforeach()

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

pyharness_ask_python("'%d.%d.%d' % sys.version_info[:3]" PYHARNESS_PYTHON_VERSION)
pyharness_ask_python("'%d.%d' % sys.version_info[:2]" PYHARNESS_PYTHON_SERIES)
pyharness_ask_python("sysconfig.get_path('include')" PYHARNESS_PYTHON_INCLUDE)
pyharness_ask_python("v('LIBPL') + '/' + 'libpython' + v('LDVERSION') + '.a'" PYHARNESS_PYTHON_ARCHIVE)
pyharness_ask_python("' '.join(dict.fromkeys((v('MODLIBS') + ' ' + v('LIBS') + ' ' + v('SYSLIBS')).split()))" PYHARNESS_PYTHON_LIBRARIES)
separate_arguments(PYHARNESS_PYTHON_LIBRARIES)

# Headers, archive and interpreter must be one build: anything else starts and then dies somewhere strange.
if(NOT EXISTS "${PYHARNESS_PYTHON_INCLUDE}/patchlevel.h" OR NOT EXISTS "${PYHARNESS_PYTHON_ARCHIVE}")
  message(FATAL_ERROR "No headers or static library for ${PYHARNESS_PYTHON}. Install libpython${PYHARNESS_PYTHON_SERIES}-dev.")
endif()
file(STRINGS "${PYHARNESS_PYTHON_INCLUDE}/patchlevel.h" header_version REGEX "define PY_VERSION +\"")
string(REGEX REPLACE ".*\"([^\"+]*)\\+?\".*" "\\1" header_version "${header_version}")
if(NOT header_version STREQUAL PYHARNESS_PYTHON_VERSION)
  message(FATAL_ERROR "${PYHARNESS_PYTHON} is ${PYHARNESS_PYTHON_VERSION}, its headers are ${header_version}. Upgrade both together.")
endif()
message(STATUS "Embedding ${PYHARNESS_PYTHON} ${PYHARNESS_PYTHON_VERSION} from ${PYHARNESS_PYTHON_ARCHIVE}")

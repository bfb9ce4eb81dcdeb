#pragma once

#include <string>

#include "harness/cpython/python.h"

namespace pyharness {

/// Which UTF-8 does this str stand for? Without making an object or caching anything in it, and without the interpreter
/// lock, as long as the str lives. Surrogates that stand for undecodable bytes of a file name (PEP 383) become those
/// bytes. Empty for what is no str. Throws std::bad_alloc.
std::string plain_text(PyObject* text);

}  // namespace pyharness

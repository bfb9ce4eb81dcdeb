#pragma once

// The one way to Python.h. Only this folder may go further, into CPython's internals.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

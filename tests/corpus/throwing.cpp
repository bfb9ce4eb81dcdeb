// An extension module for test_extensions.py that throws and catches C++ exceptions around callbacks into Python, on
// the main thread and on threads of its own. Built several times: with libstdc++ inside (-static-libstdc++), with the
// shared one, by clang.
#include <Python.h>

#include <exception>
#include <memory>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Drop {
  void operator()(PyObject* object) const { Py_DECREF(object); }
};
using Owned = std::unique_ptr<PyObject, Drop>;

// A Python exception on its way through C++ frames.
struct PythonError : std::runtime_error {
  PythonError() : std::runtime_error("a Python exception") {}
};

struct Deep : std::logic_error {
  int level;
  explicit Deep(int at) : std::logic_error("from level " + std::to_string(at)), level(at) {}
};

int destroyed = 0;

struct Witness {
  std::string text = std::string(100, 'x');
  ~Witness() { destroyed += text.size() == 100; }
};

thread_local Witness per_thread;

Owned call(PyObject* callback, long argument) {
  Owned result(PyObject_CallFunction(callback, "l", argument));
  if (!result) throw PythonError();
  return result;
}

// Down through Python and C++ in turns; at the bottom the callback raises, or we throw.
long descend(PyObject* callback, long level) {
  Witness witness;
  if (level < 0) throw Deep(static_cast<int>(level));
  try {
    return PyLong_AsLong(call(callback, level).get()) + 1;
  } catch (const PythonError&) {
    if (level % 2 == 0) throw;
    PyErr_Clear();
    std::throw_with_nested(std::runtime_error("nested at " + std::to_string(level)));
  }
}

std::string told(const std::exception& error) {
  std::ostringstream text;
  text << error.what();
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& inner) {
    text << " <- " << told(inner);
  }
  return text.str();
}

PyObject* py_descend(PyObject*, PyObject* arguments) {
  PyObject* callback;
  long level;
  if (!PyArg_ParseTuple(arguments, "Ol", &callback, &level)) return nullptr;
  try {
    return PyLong_FromLong(descend(callback, level));
  } catch (const PythonError&) {
    return nullptr;
  } catch (const std::exception& error) {
    if (PyErr_Occurred()) return nullptr;
    return PyErr_Format(PyExc_RuntimeError, "%s", told(error).c_str());
  }
}

// Calls back from threads of C++; what went wrong there comes back as text.
PyObject* py_threads(PyObject*, PyObject* arguments) {
  PyObject* callback;
  int count;
  if (!PyArg_ParseTuple(arguments, "Oi", &callback, &count)) return nullptr;
  std::vector<std::exception_ptr> failures(count);
  Py_BEGIN_ALLOW_THREADS;
  std::vector<std::thread> threads;
  for (int i = 0; i < count; i++) {
    threads.emplace_back([&, i] {
      per_thread.text.assign(100, 'y');
      const PyGILState_STATE state = PyGILState_Ensure();
      try {
        call(callback, i);
      } catch (const PythonError&) {
        PyErr_Clear();
        failures[i] = std::make_exception_ptr(Deep(i));
      }
      PyGILState_Release(state);
    });
  }
  for (std::thread& thread : threads) thread.join();
  Py_END_ALLOW_THREADS;
  Owned list(PyList_New(0));
  for (const std::exception_ptr& failure : failures) {
    std::string text = "fine";
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const Deep& error) {
      text = error.what();
    }
    Owned word(PyUnicode_FromString(text.c_str()));
    if (!list || !word || PyList_Append(list.get(), word.get()) != 0) return nullptr;
  }
  return list.release();
}

// What a C++ library of one version could get wrong in another's: streams, locales, regular expressions, dynamic_cast.
PyObject* py_library(PyObject*, PyObject*) {
  std::ostringstream text;
  text.precision(3);
  text << std::showbase << std::hex << 255 << ' ' << 1.23456 << ' ' << std::boolalpha << true;
  try {
    std::regex bad("(");
  } catch (const std::regex_error&) {
    text << " regex_error";
  }
  try {
    (void)std::vector<int>().at(3);
  } catch (const std::exception& error) {
    text << (dynamic_cast<const std::out_of_range*>(&error) != nullptr ? " out_of_range" : " something else");
  }
  return PyUnicode_FromString(text.str().c_str());
}

PyObject* py_destroyed(PyObject*, PyObject*) { return PyLong_FromLong(destroyed); }

PyMethodDef methods[] = {{"descend", py_descend, METH_VARARGS, nullptr},
                         {"threads", py_threads, METH_VARARGS, nullptr},
                         {"library", py_library, METH_NOARGS, nullptr},
                         {"destroyed", py_destroyed, METH_NOARGS, nullptr},
                         {nullptr, nullptr, 0, nullptr}};

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)
#define JOINED_OF(a, b) a##b
#define JOINED(a, b) JOINED_OF(a, b)

PyModuleDef module = {
    PyModuleDef_HEAD_INIT, TEXT(THROWING_MODULE), nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};

}  // namespace

PyMODINIT_FUNC JOINED(PyInit_, THROWING_MODULE)() { return PyModule_Create(&module); }

#pragma once

#include <utility>

#include "harness/cpython/python.h"

namespace pyharness {

/// A reference that we own; a raw PyObject* anywhere else is borrowed. Move-only, so every incref is spelled. Needs the
/// interpreter lock. May be null (an exception is then set).
class OwnedRef {
 public:
  OwnedRef() = default;
  [[nodiscard]] static OwnedRef steal(PyObject* object) noexcept { return OwnedRef(object); }
  [[nodiscard]] static OwnedRef share(PyObject* object) noexcept {
    Py_XINCREF(object);
    return OwnedRef(object);
  }
  OwnedRef(OwnedRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  // By value: the old object dies with `other`, when *this is already consistent.
  OwnedRef& operator=(OwnedRef other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~OwnedRef() { Py_XDECREF(object_); }

  [[nodiscard]] PyObject* get() const noexcept { return object_; }
  [[nodiscard]] PyObject* release() noexcept { return std::exchange(object_, nullptr); }
  [[nodiscard]] explicit operator bool() const noexcept { return object_ != nullptr; }

 private:
  explicit OwnedRef(PyObject* object) noexcept : object_(object) {}
  PyObject* object_ = nullptr;
};

/// Keeps the exception that is being raised aside while we run Python code of our own in between.
class ErrorAside {
 public:
  ErrorAside() noexcept { PyErr_Fetch(&type_, &value_, &traceback_); }
  ~ErrorAside() { PyErr_Restore(type_, value_, traceback_); }
  ErrorAside(const ErrorAside&) = delete;
  ErrorAside& operator=(const ErrorAside&) = delete;

 private:
  PyObject* type_ = nullptr;
  PyObject* value_ = nullptr;
  PyObject* traceback_ = nullptr;
};

/// While it lives no garbage collection starts on this thread, so that code of ours that makes objects runs none of the
/// program's. gc.isenabled() says what it said before, when Python code runs again.
class NoCollection {
 public:
  NoCollection() noexcept : enabled_(PyGC_Disable()) {}
  ~NoCollection() {
    if (enabled_ != 0) PyGC_Enable();
  }
  NoCollection(const NoCollection&) = delete;
  NoCollection& operator=(const NoCollection&) = delete;

 private:
  int enabled_;
};

}  // namespace pyharness

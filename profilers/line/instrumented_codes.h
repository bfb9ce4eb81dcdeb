#pragma once

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>
#include <vector>

#include "harness/cpython/instrumented_code.h"
#include "harness/cpython/owned_ref.h"
#include "harness/cpython/python.h"

namespace pyharness {

/// Instrumented code objects that are kept for the next time. Those whose original nobody has any more are let go when
/// they have become as many as the others, so that a program that makes code for ever stays bounded. Under the
/// interpreter lock.
class RepeatedCodes {
 public:
  /// Throws std::bad_alloc.
  void add(OwnedRef instrumented) {
    codes_.push_back(std::move(instrumented));
    if (codes_.size() > limit_) let_go();
  }

 private:
  void let_go() {
    // Held here only, and so is its original.
    const auto last = std::partition(codes_.begin(), codes_.end(), [](const OwnedRef& code) {
      PyCodeObject* original = original_code(reinterpret_cast<PyCodeObject*>(code.get()));
      return Py_REFCNT(code.get()) != 1 || Py_REFCNT(reinterpret_cast<PyObject*>(original)) != 1;
    });
    // Their end may run the program's code (weak references, constants with a __del__), and that comes here again.
    const std::vector<OwnedRef> gone(std::make_move_iterator(last), std::make_move_iterator(codes_.end()));
    codes_.erase(last, codes_.end());
    limit_ = std::max(kFirstLimit, 2 * codes_.size());
  }

  static constexpr std::size_t kFirstLimit = 256;
  std::vector<OwnedRef> codes_;
  std::size_t limit_ = kFirstLimit;
};

/// Files whose code is not watched, by the string that their code objects share.
class OtherFiles {
 public:
  [[nodiscard]] bool is_other(PyCodeObject* code) noexcept {
    if (code->co_filename == last_) return true;
    if (!names_.contains(code->co_filename)) return false;
    last_ = code->co_filename;
    return true;
  }
  /// Throws std::bad_alloc.
  void add_other(PyCodeObject* code) {
    // A program that makes code for ever has new ones again and again, perhaps of one name.
    if (names_.size() >= kMost) forget();
    if (names_.insert(code->co_filename).second) Py_INCREF(code->co_filename);  // so that it is nobody else's address
    last_ = code->co_filename;
  }

 private:
  void forget() noexcept {
    last_ = nullptr;
    for (PyObject* name : std::exchange(names_, {})) Py_DECREF(name);
  }

  static constexpr std::size_t kMost = 8192;
  std::unordered_set<PyObject*> names_;
  PyObject* last_ = nullptr;
};

}  // namespace pyharness

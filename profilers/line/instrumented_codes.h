#pragma once

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "harness/cpython/owned_ref.h"
#include "harness/cpython/python.h"

namespace pyharness {

/// The instrumented code objects by the program's own. Those that nobody uses any more are let go when they have become
/// as many as the others, so that a program that makes code for ever stays bounded. Under the interpreter lock.
class InstrumentedCodes {
 public:
  /// Borrowed; null where there is none.
  [[nodiscard]] PyCodeObject* find(PyCodeObject* original) const noexcept {
    const auto found = codes_.find(original);
    return found == codes_.end() ? nullptr : reinterpret_cast<PyCodeObject*>(found->second.get());
  }

  /// `instrumented` holds its original. Borrowed. Throws std::bad_alloc.
  PyCodeObject* add(PyCodeObject* original, OwnedRef instrumented) {
    if (codes_.size() >= limit_) let_go();
    const auto [at, added] = codes_.insert_or_assign(original, std::move(instrumented));
    return reinterpret_cast<PyCodeObject*>(at->second.get());
  }

 private:
  void let_go() {
    // What nobody else holds can neither run nor be asked for again: neither the original nor ours.
    std::erase_if(codes_, [](const auto& pair) {
      return Py_REFCNT(reinterpret_cast<PyObject*>(pair.first)) == 1 && Py_REFCNT(pair.second.get()) == 1;
    });
    limit_ = std::max(kFirstLimit, 2 * codes_.size());
  }

  static constexpr std::size_t kFirstLimit = 256;
  std::unordered_map<PyCodeObject*, OwnedRef> codes_;
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
    if (names_.insert(code->co_filename).second) Py_INCREF(code->co_filename);  // so that it is nobody else's address
    last_ = code->co_filename;
  }

 private:
  std::unordered_set<PyObject*> names_;
  PyObject* last_ = nullptr;
};

}  // namespace pyharness

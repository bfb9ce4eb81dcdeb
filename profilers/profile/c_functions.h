#pragma once

#include "harness/cpython/python.h"
#include "profilers/flat_map.h"
#include "profilers/profile/call_recorder.h"

namespace pyharness {

/// The C functions that were called. A bound method is a fresh object at each call, so they are known by their
/// definition (PyMethodDef), as in cProfile. Extensions make definitions at run time too, and free them: the address
/// may come back as another function. A definition is only looked into while it is being called, when it is alive, and
/// what was found there before must still be there; so the worst that another one of the same address, code and name
/// string can do is to be counted with its forerunner. Under the interpreter lock.
class CFunctions {
 public:
  /// `book` is borrowed and must outlive this.
  explicit CFunctions(CallBook& book) : book_(book) {}

  /// Of a PyCFunction, or of a method of a C type (`list.append`) with an object of that type as its `self`; null for
  /// anything else, which is no call of a C function.
  [[nodiscard]] static PyMethodDef* definition_of(PyObject* function, PyObject* self = nullptr) noexcept {
    if (PyCFunction_Check(function)) return reinterpret_cast<PyCFunctionObject*>(function)->m_ml;
    if (self == nullptr || !Py_IS_TYPE(function, &PyMethodDescr_Type)) return nullptr;
    return PyObject_TypeCheck(self, PyDescr_TYPE(function)) != 0
               ? reinterpret_cast<PyMethodDescrObject*>(function)->d_method
               : nullptr;
  }
  [[nodiscard]] static CallKey key_of(const PyMethodDef* definition) noexcept {
    return reinterpret_cast<CallKey>(definition);
  }

  /// What a call of `function`, which has this definition, is booked to; a method is called on `self`. Null, and a
  /// counted loss, where memory is out.
  CallBook::Callee* callee_of(const PyMethodDef& definition, PyObject* function, PyObject* self = nullptr) noexcept {
    const Known* known = known_.find(key_of(&definition));
    const bool same = known != nullptr && known->name == definition.ml_name && known->code == definition.ml_meth;
    return same ? known->callee : add(definition, function, self);
  }

 private:
  struct Known {
    const char* name = nullptr;
    PyCFunction code = nullptr;
    CallBook::Callee* callee = nullptr;
  };

  CallBook::Callee* add(const PyMethodDef& definition, PyObject* function, PyObject* self) noexcept;

  CallBook& book_;
  FlatMap<Known> known_;  // by the address of the definition
};

}  // namespace pyharness

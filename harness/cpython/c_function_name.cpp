#include "harness/cpython/c_function_name.h"

#include <algorithm>
#include <iterator>

#include "harness/cpython/owned_ref.h"

namespace pyharness {
namespace {

std::string utf8(PyObject* text) {
  const char* bytes = text == nullptr ? nullptr : PyUnicode_AsUTF8(text);
  if (bytes == nullptr) PyErr_Clear();  // lone surrogates
  return bytes == nullptr ? std::string() : std::string(bytes);
}

// Only what CPython itself would write: the repr of anything else is code of the program.
bool is_repr_of_cpython(PyObject* object) {
  const PyTypeObject* const kPlain[] = {&PyMethodDescr_Type, &PyClassMethodDescr_Type, &PyWrapperDescr_Type,
                                        &PyCFunction_Type,   &PyFunction_Type,         &PyGetSetDescr_Type,
                                        &PyMemberDescr_Type};
  if (std::find(std::begin(kPlain), std::end(kPlain), Py_TYPE(object)) != std::end(kPlain)) return true;
  if (!Py_IS_TYPE(object, &PyStaticMethod_Type) && !Py_IS_TYPE(object, &PyClassMethod_Type)) return false;
  const OwnedRef inner = OwnedRef::steal(PyObject_GetAttrString(object, "__func__"));
  if (!inner) PyErr_Clear();
  return inner && PyFunction_Check(inner.get());
}

// "<built-in method __new__ of type object at 0x953e60>"
std::string without_addresses(std::string text) {
  constexpr std::string_view kBefore = " at 0x";
  for (std::size_t at = text.find(kBefore); at != std::string::npos; at = text.find(kBefore, at))
    text.erase(at, std::min(text.find_first_not_of("0123456789abcdef", at + kBefore.size()), text.size()) - at);
  return text;
}

// What stands under the function's name in the type of what it is bound to.
std::string method_repr(PyObject* self, const char* name) {
  const OwnedRef key = OwnedRef::steal(PyUnicode_FromString(name));
  const OwnedRef method = OwnedRef::share(key ? _PyType_Lookup(Py_TYPE(self), key.get()) : nullptr);
  PyErr_Clear();
  if (!method || !is_repr_of_cpython(method.get())) return {};
  const OwnedRef repr = OwnedRef::steal(PyObject_Repr(method.get()));
  return without_addresses(utf8(repr.get()));
}

}  // namespace

std::string c_function_name(PyObject* function, PyObject* self) {
  if (Py_IS_TYPE(function, &PyMethodDescr_Type)) {
    const char* name = reinterpret_cast<PyMethodDescrObject*>(function)->d_method->ml_name;
    std::string method = method_repr(self, name);
    return method.empty() ? std::string("<built-in method ") + name + ">" : method;
  }
  const auto* c = reinterpret_cast<PyCFunctionObject*>(function);
  const std::string name = c->m_ml->ml_name;
  const bool in_module = c->m_module != nullptr && PyUnicode_Check(c->m_module);
  if (c->m_self == nullptr) {
    std::string module = in_module ? utf8(c->m_module) : std::string();
    if (c->m_module != nullptr && PyModule_Check(c->m_module)) {
      const OwnedRef told = OwnedRef::steal(PyModule_GetNameObject(c->m_module));
      if (!told) PyErr_Clear();
      module = utf8(told.get());
    }
    return module.empty() || module == "builtins" ? "<" + name + ">" : "<" + module + "." + name + ">";
  }
  if (std::string method = method_repr(c->m_self, c->m_ml->ml_name); !method.empty()) return method;
  return "<built-in method " + (in_module ? utf8(c->m_module) + "." : std::string()) + name + ">";
}

}  // namespace pyharness

#include "harness/cpython/plain_text.h"

namespace pyharness {
namespace {

void append_utf8(std::string& out, Py_UCS4 character) {
  const auto byte = [&](Py_UCS4 value) { out += static_cast<char>(value); };
  if (character >= 0xDC80 && character <= 0xDCFF) {
    byte(character - 0xDC00);
  } else if (character < 0x80) {
    byte(character);
  } else if (character < 0x800) {
    byte(0xC0 | (character >> 6));
    byte(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    byte(0xE0 | (character >> 12));
    byte(0x80 | ((character >> 6) & 0x3F));
    byte(0x80 | (character & 0x3F));
  } else {
    byte(0xF0 | (character >> 18));
    byte(0x80 | ((character >> 12) & 0x3F));
    byte(0x80 | ((character >> 6) & 0x3F));
    byte(0x80 | (character & 0x3F));
  }
}

}  // namespace

std::string plain_text(PyObject* text) {
  if (text == nullptr || !PyUnicode_Check(text)) return {};
#if PY_VERSION_HEX < 0x030C0000
  if (!PyUnicode_IS_READY(text)) return {};  // made by an API of old, from wchar_t
#endif
  const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
  if (PyUnicode_IS_ASCII(text))
    return {static_cast<const char*>(PyUnicode_DATA(text)), static_cast<std::size_t>(length)};
  std::string out;
  for (Py_ssize_t i = 0; i < length; ++i) append_utf8(out, PyUnicode_READ_CHAR(text, i));
  return out;
}

}  // namespace pyharness

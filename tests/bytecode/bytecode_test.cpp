// Code objects of real programs, taken apart and put together: every module of the standard library and every program
// of the corpus that compiles.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "harness/base/error.h"
#include "harness/cpython/bytecode.h"
#include "harness/cpython/code_facts.h"
#include "harness/cpython/hook_object.h"
#include "harness/cpython/instrumented_code.h"
#include "harness/cpython/owned_ref.h"

using pyharness::Bytecode;
using pyharness::OwnedRef;

namespace {

namespace fs = std::filesystem;

std::string text_of(PyObject* bytes) {
  return {PyBytes_AS_STRING(bytes), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes))};
}

std::string code_of(PyCodeObject* code) { return text_of(OwnedRef::steal(PyCode_GetCode(code)).get()); }

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// Each code object in a file of Python, the outermost first; none where it does not compile, as lib2to3's test data.
void each_code(const fs::path& file, const std::function<void(PyCodeObject*)>& action) {
  const OwnedRef module = OwnedRef::steal(Py_CompileString(read(file).c_str(), file.c_str(), Py_file_input));
  if (!module) return PyErr_Clear();
  auto* code = reinterpret_cast<PyCodeObject*>(module.get());
  action(code);
  for (PyCodeObject* inner : pyharness::nested_code(code)) action(inner);
}

std::vector<fs::path> programs() {
  const OwnedRef os = OwnedRef::steal(PyImport_ImportModule("os"));
  const OwnedRef file = OwnedRef::steal(PyObject_GetAttrString(os.get(), "__file__"));
  std::vector<fs::path> found;
  const fs::path library = fs::path(PyUnicode_AsUTF8(file.get())).parent_path();
  for (const char* directory :
       {"", "asyncio", "collections", "concurrent/futures", "email", "html", "http", "importlib", "json", "logging",
        "multiprocessing", "unittest", "urllib", "xml/dom", "xml/etree"}) {
    for (const auto& entry : fs::directory_iterator(library / directory))
      if (entry.path().extension() == ".py") found.push_back(entry.path());
  }
  for (const auto& entry : fs::recursive_directory_iterator(PYHARNESS_CORPUS))
    if (entry.path().extension() == ".py") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

// By instruction: what is where, whatever the tables' entries are.
std::vector<pyharness::SourceRange> sources_of(const Bytecode& bytecode) {
  std::vector<pyharness::SourceRange> sources;
  for (const auto& instruction : bytecode.instructions) sources.push_back(instruction.source);
  return sources;
}

OwnedRef with_tables(PyCodeObject* code, const pyharness::EncodedBytecode& encoded) {
  const OwnedRef replace = OwnedRef::steal(PyObject_GetAttrString(reinterpret_cast<PyObject*>(code), "replace"));
  const OwnedRef named = OwnedRef::steal(Py_BuildValue(
      "{s:y#,s:y#,s:y#}", "co_code", encoded.code.data(), encoded.code.size(), "co_linetable", encoded.locations.data(),
      encoded.locations.size(), "co_exceptiontable", encoded.exceptions.data(), encoded.exceptions.size()));
  const OwnedRef none = OwnedRef::steal(PyTuple_New(0));
  return OwnedRef::steal(PyObject_Call(replace.get(), none.get(), named.get()));
}

std::string place_of(PyCodeObject* code) {
  return pyharness::code_file(code) + ":" + std::to_string(code->co_firstlineno) + " " +
         pyharness::code_qualified_name(code);
}

OwnedRef instrument(PyCodeObject* code) {
  return pyharness::instrument_code(
      code, [](const pyharness::CodeHook& hook) { return pyharness::make_hook(hook, nullptr, 0); },
      pyharness::WhatToWeave::kLines, true);
}

PyCodeObject* code_in(const OwnedRef& module) {
  return pyharness::nested_code(reinterpret_cast<PyCodeObject*>(module.get())).front();
}

OwnedRef compiled(const std::string& source) {
  return OwnedRef::steal(Py_CompileString(source.c_str(), "<test>", Py_file_input));
}

}  // namespace

TEST_SUITE("bytecode") {
  TEST_CASE("what is put together again is what was taken apart") {
    std::size_t codes = 0;
    for (const fs::path& file : programs()) {
      each_code(file, [&](PyCodeObject* code) {
        ++codes;
        const Bytecode bytecode = pyharness::decode_bytecode(code);
        const pyharness::EncodedBytecode encoded = pyharness::encode_bytecode(bytecode, code->co_firstlineno);
        const bool same = encoded.code == code_of(code) && encoded.exceptions == text_of(code->co_exceptiontable);
        CHECK_MESSAGE(same, place_of(code));
        const OwnedRef again = with_tables(code, encoded);
        REQUIRE(again);
        const Bytecode twice = pyharness::decode_bytecode(reinterpret_cast<PyCodeObject*>(again.get()));
        CHECK_MESSAGE(sources_of(twice) == sources_of(bytecode), place_of(code));
      });
    }
    CHECK(codes > 10'000);
  }

  TEST_CASE("instrumented code has the original's instructions, in order, and knows which is which") {
    for (const fs::path& file : programs()) {
      each_code(file, [&](PyCodeObject* code) {
        const OwnedRef made = instrument(code);
        auto* instrumented = reinterpret_cast<PyCodeObject*>(made.get());
        const Bytecode before = pyharness::decode_bytecode(code);
        const Bytecode after = pyharness::decode_bytecode(instrumented);
        std::size_t next = 0;
        for (const auto& instruction : after.instructions) {
          const int offset = static_cast<int>(2 * instruction.unit);
          if (pyharness::is_inserted(instrumented, offset)) continue;
          const auto& original = before.instructions.at(next++);
          const bool same =
              instruction.opcode == original.opcode && instruction.source == original.source &&
              (original.target != pyharness::Instruction::kNowhere || instruction.argument == original.argument) &&
              pyharness::original_offset(instrumented, offset) == static_cast<int>(2 * original.unit);
          if (!same) FAIL_CHECK(place_of(code) << " at " << original.unit);
        }
        CHECK_MESSAGE(next == before.instructions.size(), place_of(code));
        CHECK(pyharness::original_code(instrumented) == code);
        CHECK(pyharness::instrumented_code(code).get() == made.get());
      });
    }
  }

  TEST_CASE("nothing stands between SEND, YIELD_VALUE and RESUME") {
    const OwnedRef module = compiled("async def f(x):\n  async with x as y:\n    await y\n  yield (yield 1)\n");
    const OwnedRef made = instrument(code_in(module));
    const Bytecode woven = pyharness::decode_bytecode(reinterpret_cast<PyCodeObject*>(made.get()));
    int yields = 0;
    for (std::size_t i = 1; i + 1 < woven.instructions.size(); ++i) {
      if (woven.instructions[i].opcode != 86) continue;  // YIELD_VALUE
      ++yields;
      CHECK(woven.instructions[i + 1].opcode == 151);  // RESUME
    }
    CHECK(yields == 6);
  }

  TEST_CASE("a jump that grows over a limit takes those around it along") {
    // Each `x` is a line with a hook: bodies on both sides of 255 and 65,535 units.
    for (const int lines : {10, 13, 14, 30, 60, 5'000, 7'000, 12'000}) {
      std::string source = "def f(x):\n for i in x:\n  if x:\n";
      for (int i = 0; i < lines; ++i) source += "   x\n";
      source += "  else:\n   pass\n";
      const OwnedRef module = compiled(source);
      REQUIRE(module);
      PyCodeObject* code = code_in(module);
      const OwnedRef made = instrument(code);
      const Bytecode woven = pyharness::decode_bytecode(reinterpret_cast<PyCodeObject*>(made.get()));
      CHECK(woven.instructions.size() > 3 * static_cast<std::size_t>(lines));
    }
  }

  TEST_CASE("bytecode that no compiler makes is refused") {
    const OwnedRef module = compiled("def f(x):\n  for i in x: i()\n");
    PyCodeObject* code = code_in(module);
    const Bytecode bytecode = pyharness::decode_bytecode(code);
    pyharness::EncodedBytecode encoded = pyharness::encode_bytecode(bytecode, code->co_firstlineno);
    SUBCASE("a jump out of it") {
      for (std::size_t i = 0; i + 1 < encoded.code.size(); i += 2)
        if (encoded.code[i] == 93) encoded.code[i + 1] = '\xF0';  // FOR_ITER
    }
    SUBCASE("an exception table that ends early") { encoded.exceptions = "\x81"; }
    SUBCASE("no beginning") {
      for (std::size_t i = 0; i + 1 < encoded.code.size(); i += 2)
        if (static_cast<unsigned char>(encoded.code[i]) == 151) encoded.code[i] = 9;  // RESUME, NOP
    }
    const OwnedRef odd = with_tables(code, encoded);
    REQUIRE(odd);
    CHECK_THROWS_AS(instrument(reinterpret_cast<PyCodeObject*>(odd.get())), pyharness::Failure);
    CHECK_FALSE(PyErr_Occurred());
  }

  TEST_CASE("what nobody runs any more is let go, and its original with it") {
    OwnedRef module = compiled("def f(): return 1\n");
    PyCodeObject* code = code_in(module);
    const Py_ssize_t references = Py_REFCNT(code);
    {
      const OwnedRef made = instrument(code);
      CHECK(Py_REFCNT(code) == references + 1);
    }
    CHECK(Py_REFCNT(code) == references);
    CHECK_FALSE(pyharness::instrumented_code(code));
  }
}

int main(int argc, char** argv) {
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  PyConfig_SetBytesString(&config, &config.program_name, PYHARNESS_PYTHON);
  const PyStatus status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status) != 0) Py_ExitStatusException(status);
  PyRun_SimpleString("import warnings; warnings.simplefilter('ignore')");
  pyharness::open_instrumented_code();
  constexpr pyharness::HookFunction kNothing = [](PyObject*) { return 1; };
  pyharness::open_hook_objects({kNothing, kNothing, kNothing, kNothing, kNothing});
  return doctest::Context(argc, argv).run();
}

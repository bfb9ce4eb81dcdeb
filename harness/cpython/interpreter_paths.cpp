#include "harness/cpython/interpreter_paths.h"

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "harness/cpython/owned_ref.h"

namespace pyharness {
namespace {

namespace fs = std::filesystem;

std::string path_text(PyObject* text) {
  if (text == nullptr || !PyUnicode_Check(text)) return {};
  const OwnedRef bytes = OwnedRef::steal(PyUnicode_EncodeFSDefault(text));
  if (!bytes) {
    PyErr_Clear();
    return {};
  }
  return PyBytes_AS_STRING(bytes.get());
}

std::string without_links(const fs::path& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  return error ? std::string() : real.string();
}

std::string percent_decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && isxdigit(static_cast<unsigned char>(text[i + 1])) != 0) {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// {"url": "file:///home/me/project", "dir_info": {"editable": true}}
std::string editable_root_of(const fs::path& direct_url) {
  std::ifstream file(direct_url);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  constexpr std::string_view kScheme = "file://";
  if (!json.is_object() || !json.contains("url") || !json["url"].is_string()) return {};
  const auto info = json.find("dir_info");
  if (info == json.end() || !info->is_object() || !info->contains("editable") || (*info)["editable"] != true) return {};
  const std::string url = json["url"];
  return url.starts_with(kScheme) ? without_links(percent_decoded(url.substr(kScheme.size()))) : std::string();
}

bool is_installed_directory(const std::string& path) {
  return path.find("/site-packages") != std::string::npos || path.find("/dist-packages") != std::string::npos;
}

std::vector<std::string> import_path() {
  std::vector<std::string> entries;
  PyObject* path = PySys_GetObject("path");
  if (path == nullptr || !PyList_Check(path)) return entries;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(path); ++i) entries.push_back(path_text(PyList_GET_ITEM(path, i)));
  return entries;
}

}  // namespace

std::vector<std::string> standard_library_directories() {
  std::vector<std::string> directories;
  const std::string library = path_text(PySys_GetObject("_stdlib_dir"));
  if (!library.empty()) {
    if (const std::string real = without_links(library); !real.empty()) directories.push_back(real);
  }
  return directories;
}

std::vector<std::string> editable_install_roots() {
  std::vector<std::string> roots;
  for (const std::string& entry : import_path()) {
    if (!is_installed_directory(entry)) continue;
    std::error_code error;
    for (fs::directory_iterator item(entry, error); !error && item != fs::directory_iterator(); item.increment(error)) {
      std::string root;
      if (item->path().extension() == ".dist-info") {
        root = editable_root_of(item->path() / "direct_url.json");
      } else if (item->path().extension() == ".egg-link") {
        std::ifstream file(item->path());
        std::string line;
        if (std::getline(file, line)) root = without_links(line);
      }
      if (!root.empty()) roots.push_back(root);
    }
  }
  return roots;
}

std::string package_root(const std::string& module) {
  const std::string top = module.substr(0, module.find('.'));
  for (const std::string& entry : import_path()) {
    if (is_installed_directory(entry)) continue;
    for (const fs::path& place : {fs::path(entry) / top, fs::path(entry) / (top + ".py")}) {
      if (std::string real = without_links(place); !top.empty() && !real.empty()) return real;
    }
  }
  return {};
}

}  // namespace pyharness

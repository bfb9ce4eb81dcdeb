#pragma once

#include <string>
#include <vector>

namespace pyharness {

/// Where does this interpreter keep code that is not the user's? Read once, when `site` has run. Need the interpreter
/// lock.

/// Directories of the standard library, without symbolic links.
std::vector<std::string> standard_library_directories();
/// Source directories of editable installs (PEP 660's direct_url.json, and the older .egg-link).
std::vector<std::string> editable_install_roots();
/// Directory or file of the top package of `module`, without symbolic links; empty where it is not on sys.path, or
/// installed.
std::string package_root(const std::string& module);

}  // namespace pyharness

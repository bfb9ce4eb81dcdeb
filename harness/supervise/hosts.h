#pragma once

#include <string>
#include <vector>

namespace pyharness {

/// The hosts that were installed with us: beside us in the build tree, in libexec in an installed one.

/// Path of the default host, which has its interpreter inside. Throws Failure where it is missing.
std::string default_host();
/// Path of the host that loads libpython of `series` ("3.12"); empty where there is none.
std::string shared_host(const std::string& series);
/// The series that have one, in order.
std::vector<std::string> shared_host_series();

}  // namespace pyharness

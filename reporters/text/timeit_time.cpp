#include "reporters/text/timeit_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace pyharness {

std::string TimeitTime::text(double ns) const {
  struct Scale {
    std::string_view ours;
    std::string_view pythons;
    double ns;
  };
  constexpr Scale kScales[] = {{"s", "sec", 1e9}, {"ms", "msec", 1e6}, {"us", "usec", 1e3}, {"ns", "nsec", 1}};
  const auto* scale = std::find_if(std::begin(kScales), std::end(kScales),
                                   [&](const Scale& s) { return unit.empty() ? ns >= s.ns : unit == s.ours; });
  if (scale == std::end(kScales)) scale = std::end(kScales) - 1;
  return fmt::format("{:.{}g} {}", ns / scale->ns, 3 + (verbose > 1 ? verbose - 1 : 0), scale->pythons);
}

}  // namespace pyharness

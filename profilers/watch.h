#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/host_plan.h"

namespace pyharness {

/// What the decision depends on beside the plan: where the interpreter keeps code that is not the user's.
struct WatchSurroundings {
  std::vector<std::string> standard_library;  // directories
  std::vector<std::string> editable;          // roots of editable installs: own code outside the plan's roots
};

/// What a mode watches where --only says nothing.
enum class WatchDefault { kOwnCode, kEverything };

/// Decides which code is watched: the patterns of --only and --exclude, or else the mode's default. Used when a code
/// object is first seen.
class WatchFilter {
 public:
  struct Question {
    std::string file;    // as in co_filename
    std::string module;  // __name__ of its globals
    std::string qualified_name;
    bool marked = false;  // with @profile
    bool caller_watched = false;
    bool outermost = false;  // nothing calls it: the program itself, of -c or stdin
  };

  WatchFilter(WatchPlan plan, WatchSurroundings surroundings, WatchDefault otherwise = WatchDefault::kOwnCode);

  [[nodiscard]] bool watches(const Question& question);
  /// `file` absolute and without symbolic links; labels as "<string>" stay.
  const std::string& canonical(const std::string& file);

 private:
  enum class PatternKind { kMarked, kFile, kModule, kName };
  struct Pattern {
    PatternKind kind;
    std::string module;  // glob, for kModule and kName
    std::string text;    // glob: file or qualified name
  };
  Pattern parse(const std::string& text);
  [[nodiscard]] bool matches(const Pattern& pattern, const Question& question);
  [[nodiscard]] bool is_own(const Question& question);
  bool is_own_file(const std::string& file);

  WatchPlan plan_;
  WatchSurroundings surroundings_;
  WatchDefault otherwise_;
  std::vector<Pattern> only_;
  std::vector<Pattern> exclude_;
  std::map<std::string, std::string> canonical_;
  std::map<std::string, bool> own_files_;
};

/// True for a label that stands for code without a file, as "<string>".
inline bool is_generated_label(std::string_view file) { return file.starts_with('<') && file.ends_with('>'); }

}  // namespace pyharness

#pragma once

#include <string>
#include <string_view>

#include "harness/base/output_place.h"

namespace pyharness {

/// Where a report goes. Opened before the program starts, so that a bad path fails at once; what is written waits in
/// memory until commit() puts it in place whole. Without commit() nothing is left behind. Not for use from several
/// threads.
class Output {
 public:
  /// Opens `path` for a report. "-" is stdout; a terminal, pipe or device is written to as it is. A regular file is
  /// written aside in its directory and renamed over the old one, whose owner and permissions it takes over; what a
  /// symbolic link names is replaced, not the link. A new file has the permissions that the umask leaves. A pipe with a
  /// name gets a second to find its reader. Throws Failure.
  static Output open(const std::string& path) { return open(path, Aside::kNameless); }
  /// How a regular file is written aside: without a name, so that nothing is left behind whatever happens; or, where
  /// the filesystem has no such files, under one, and what killed runs left is removed by the next.
  enum class Aside { kNameless, kNamed };
  static Output open(const std::string& path, Aside aside);
  /// Writes to an open descriptor, which stays the caller's.
  static Output on_descriptor(int descriptor, std::string label);
  /// Keeps everything; for tests and for bytes that go elsewhere.
  static Output in_memory();

  Output(Output&& other) noexcept;
  Output& operator=(Output&& other) noexcept;
  ~Output();

  void write(std::string_view bytes) { bytes_ += bytes; }
  /// Puts the bytes in place. Throws Failure (disk full, directory gone ...), then the old file is as it was.
  void commit();

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  /// As the user named it.
  [[nodiscard]] const std::string& label() const { return label_; }
  /// True for a terminal.
  [[nodiscard]] bool is_terminal() const;
  /// True for a regular file, which nobody can keep us from writing.
  [[nodiscard]] bool is_file() const { return static_cast<bool>(place_.directory); }

 private:
  Output() = default;
  void open_aside(Aside aside);
  void write_under_a_name();
  void put_in_place();
  void let_go() noexcept;

  std::string label_;
  std::string bytes_;
  OutputPlace place_;      // of a regular file; else without a directory
  std::string absolute_;   // the path again, should the directory go
  std::string temporary_;  // the file's name while aside, empty where it has none (O_TMPFILE)
  Descriptor owned_;
  int descriptor_ = -1;  // owned_, or the caller's
};

/// The whole file. Throws Failure.
std::string read_file(const std::string& path);
/// What is left of an open one, from where it stands. `label` is for the sentence. Throws Failure.
std::string read_rest(int descriptor, std::string_view label);

/// Writes all bytes, through interruptions and short writes. Returns 0 or the errno; there is no SIGPIPE or SIGXFSZ.
int write_all(int descriptor, std::string_view bytes) noexcept;

/// `bytes` as gzip, with no name and no time in it, so that equal content gives equal files.
std::string gzip(std::string_view bytes);
/// The content of gzip `bytes`, refused beyond `limit`. Throws Failure.
std::string gunzip(std::string_view bytes, std::size_t limit);
bool is_gzip(std::string_view bytes);

/// SHA-256 in hexadecimal.
std::string sha256(std::string_view bytes);

}  // namespace pyharness

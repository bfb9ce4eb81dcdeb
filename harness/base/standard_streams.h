#pragma once

namespace pyharness {

/// Takes the place of those of stdin, stdout and stderr that are closed: the next file that we open would be one of
/// them otherwise, and be written to. Reading or writing them fails as before, and the program finds them closed. First
/// thing in main().
void hold_closed_streams() noexcept;

/// Whether a standard stream is open for what it is for, and was so when we began.
bool is_open(int stream) noexcept;

}  // namespace pyharness

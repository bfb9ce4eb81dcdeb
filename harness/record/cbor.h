#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace pyharness {

// How plain data travels in the arena. Paths are bytes, not always UTF-8, and JSON holds only UTF-8: CBOR keeps them as
// they are.

std::string to_cbor(const nlohmann::json& value);

/// The arena is not to be trusted: bytes that are no CBOR, or nest deeper than anything of ours, throw
/// nlohmann::json::exception.
nlohmann::json from_cbor(std::string_view bytes);

}  // namespace pyharness

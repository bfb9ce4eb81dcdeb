#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.h"
#include "harness/base/words.h"

namespace pyharness {

/// A value in a JSON file that is not trusted, with the path that led to it for sentences: what reads it throws Failure
/// where it is something else. The value is borrowed.
class Node {
  using Json = nlohmann::json;

 public:
  Node(const Json& value, std::string path) : value_(value), path_(std::move(path)) {}

  [[noreturn]] void wrong(std::string_view expected) const {
    throw Failure(fmt::format("{} is not {}.", path_, expected));
  }

  [[nodiscard]] bool has(const char* name) const { return value_.is_object() && value_.contains(name); }

  [[nodiscard]] Node operator[](const char* name) const {
    if (!value_.is_object()) wrong("an object");
    const auto found = value_.find(name);
    if (found == value_.end()) throw Failure(fmt::format("{}.{} is missing.", path_, name));
    return {*found, path_ + "." + name};
  }

  [[nodiscard]] std::string text() const {
    if (!value_.is_string()) wrong("text");
    return value_.get<std::string>();
  }

  [[nodiscard]] std::uint64_t count() const {
    if (!value_.is_number_unsigned() ||
        value_.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
      wrong("a count");
    return value_.get<std::uint64_t>();
  }

  [[nodiscard]] std::int64_t integer() const {
    if (!value_.is_number_integer() ||
        (value_.is_number_unsigned() &&
         value_.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})) {
      wrong("an integer");
    }
    return value_.get<std::int64_t>();
  }

  [[nodiscard]] std::uint32_t line() const {
    const std::uint64_t number = count();
    if (number > std::numeric_limits<std::uint32_t>::max()) wrong("a line number");
    return static_cast<std::uint32_t>(number);
  }

  [[nodiscard]] std::uint32_t index_below(std::size_t size) const {
    const std::uint64_t number = count();
    if (number >= size || number > std::numeric_limits<std::uint32_t>::max())
      wrong(fmt::format("an index below {}", size));
    return static_cast<std::uint32_t>(number);
  }

  [[nodiscard]] std::uint64_t count_or_zero(const char* name) const { return has(name) ? (*this)[name].count() : 0; }
  [[nodiscard]] std::optional<std::uint64_t> count_if(const char* name) const {
    return has(name) ? std::optional((*this)[name].count()) : std::nullopt;
  }

  [[nodiscard]] bool true_if(const char* name) const {
    if (!has(name)) return false;
    if (!value_[name].is_boolean()) (*this)[name].wrong("true or false");
    return value_[name].get<bool>();
  }

  /// Calls `action` with each element of an array.
  template <class Action>
  void each(Action&& action) const {
    if (!value_.is_array()) wrong("a list");
    std::size_t i = 0;
    for (const Json& element : value_) action(Node(element, fmt::format("{}[{}]", path_, i++)));
  }

  /// Calls `action` with each name and value of an object.
  template <class Action>
  void each_member(Action&& action) const {
    if (!value_.is_object()) wrong("an object");
    for (const auto& [name, value] : value_.items()) action(name, Node(value, path_ + "." + printable(name)));
  }

  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> all;
    each([&](const Node& element) { all.push_back(element.text()); });
    return all;
  }

 private:
  const Json& value_;
  std::string path_;
};

}  // namespace pyharness

#include "harness/record/cbor.h"

#include <nlohmann/json.hpp>

namespace pyharness {
namespace {

using Json = nlohmann::json;

constexpr int kDeepest = 16;  // our own values nest three deep

/// Looks at how deep the values nest, and at nothing else: building them recurses, and the stack is not endless.
class Depth : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*elements*/) override { return ++depth_ <= kDeepest; }
  bool key(string_t& /*value*/) override { return true; }
  bool end_object() override { return --depth_ >= 0; }
  bool start_array(std::size_t /*elements*/) override { return ++depth_ <= kDeepest; }
  bool end_array() override { return --depth_ >= 0; }
  // Said in full when the value is built.
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const Json::exception& /*error*/) override {
    return false;
  }
  [[nodiscard]] bool too_deep() const { return depth_ > kDeepest; }

 private:
  int depth_ = 0;
};

}  // namespace

std::string to_cbor(const Json& value) {
  std::string bytes;
  Json::to_cbor(value, bytes);
  return bytes;
}

Json from_cbor(std::string_view bytes) {
  Depth depth;
  Json::sax_parse(bytes, &depth, Json::input_format_t::cbor);
  if (depth.too_deep()) throw Json::other_error::create(501, "the values nest too deep", nullptr);
  return Json::from_cbor(bytes);
}

}  // namespace pyharness

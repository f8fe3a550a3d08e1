#include "sbom/language/lenient_json.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"

namespace lade::sbom {
namespace {

/// Builds the value; where a key stands is remembered, so that objects of many keys cost no more
/// than others.
class LenientBuilder : public nlohmann::json_sax<Json> {
 public:
  LenientBuilder(std::string_view text, std::string_view what) : text_(text), what_(what) {}

  Json take() { return std::move(root_); }

  bool null() override { return place(Json(nullptr)) != nullptr; }
  bool boolean(bool value) override { return place(Json(value)) != nullptr; }
  bool number_integer(number_integer_t value) override { return place(Json(value)) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return place(Json(value)) != nullptr; }
  bool number_float(number_float_t value, const string_t&) override {
    return place(Json(value)) != nullptr;
  }
  bool string(string_t& value) override { return place(Json(std::move(value))) != nullptr; }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    levels_.back().key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    const std::string_view before = text_.substr(0, position == 0 ? 0 : position - 1);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto column = before.size() - (before.rfind('\n') + 1) + 1;
    fail(ErrorKind::invalid, "{} is not valid JSON at line {}, column {}", what_, line, column);
  }

 private:
  struct Level {
    Json* value;
    std::string key{};
    std::unordered_map<std::string, std::size_t> places{};
  };

  Json* place(Json value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Level& level = levels_.back();
    if (level.value->is_array()) return &level.value->emplace_back(std::move(value));
    auto& members = level.value->get_ref<Json::object_t&>();
    const auto [known, is_new] = level.places.emplace(level.key, members.size());
    if (!is_new) {
      Json& old = std::next(members.begin(), static_cast<std::ptrdiff_t>(known->second))->second;
      old = std::move(value);
      return &old;
    }
    return &members.emplace_back(std::move(level.key), std::move(value)).second;
  }

  bool open(Json value) {
    if (levels_.size() >= json_depth_limit) {
      fail(ErrorKind::invalid, "{} is nested deeper than {} levels", what_, json_depth_limit);
    }
    levels_.push_back({.value = place(std::move(value))});
    return true;
  }

  bool close() {
    levels_.pop_back();
    return true;
  }

  std::string_view text_;
  std::string_view what_;
  Json root_;
  std::vector<Level> levels_;
};

}  // namespace

Json parse_lenient_json(std::string_view text, std::string_view what) {
  const std::string valid = valid_utf8(text);
  std::string_view rest = valid;
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  LenientBuilder builder(rest, what);
  Json::sax_parse(rest.begin(), rest.end(), &builder);
  return builder.take();
}

const Json& member_of(const Json& value, std::string_view key) {
  static const Json nothing;
  if (!value.is_object()) return nothing;
  const auto found = value.find(key);
  return found == value.end() ? nothing : *found;
}

std::string text_of(const Json& value, std::string_view key) {
  const Json& member = member_of(value, key);
  return member.is_string() ? clean_line(member.get_ref<const std::string&>()) : std::string();
}

}  // namespace lade::sbom

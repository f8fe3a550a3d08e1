// Parsing is strict because two parsers that disagree about a document are a security hole: one
// checks a manifest, the other runs it. nlohmann's parser accepts duplicate keys and any depth, so
// a SAX handler of our own builds the value and refuses both.
#include "libimage/base/json.h"

#include <unordered_set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

class StrictBuilder : public nlohmann::json_sax<Json> {
 public:
  StrictBuilder(std::string_view text, std::string_view what) : text_(text), what_(what) {}

  Json take() { return std::move(root_); }

  bool null() override { return add(Json(nullptr)); }
  bool boolean(bool value) override { return add(Json(value)); }
  bool number_integer(number_integer_t value) override { return add(Json(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add(Json(value)); }
  bool number_float(number_float_t value, const string_t&) override { return add(Json(value)); }
  bool string(string_t& value) override { return add(Json(std::move(value))); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    Level& level = levels_.back();
    if (!level.keys.insert(name).second) {
      fail(ErrorKind::invalid, "{}: the key \"{}\" occurs twice in one object", what_,
           printable(name));
    }
    level.key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    const std::string_view before = text_.substr(0, position == 0 ? 0 : position - 1);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto column = before.size() - (before.rfind('\n') + 1) + 1;
    std::string_view reason = error.what();
    if (const auto at = reason.find(": "); at != std::string_view::npos) {
      reason.remove_prefix(at + 2);
    }
    fail(ErrorKind::invalid, "{} is not valid JSON at line {}, column {}: {}", what_, line, column,
         printable(reason));
  }

 private:
  struct Level {
    Json* value;
    std::string key;
    std::unordered_set<std::string> keys;
  };

  /// Places a value and returns where it now stands. Keys are known to be new, so appending to the
  /// underlying vector skips ordered_map's linear search.
  Json* place(Json value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Level& level = levels_.back();
    if (level.value->is_array()) return &level.value->emplace_back(std::move(value));
    auto& members = level.value->get_ref<Json::object_t&>();
    members.emplace_back(std::move(level.key), std::move(value));
    return &members.back().second;
  }

  bool add(Json value) {
    place(std::move(value));
    return true;
  }

  bool open(Json value) {
    if (levels_.size() == json_depth_limit) {
      fail(ErrorKind::invalid, "{}: JSON is nested deeper than {} levels", what_, json_depth_limit);
    }
    Json* placed = place(std::move(value));
    levels_.push_back({placed, {}, {}});
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

[[noreturn]] void wrong_type(std::string_view what, std::string_view key, std::string_view wanted,
                             const Json& got) {
  fail(ErrorKind::invalid, "{}: \"{}\" must be {}, got {}", what, key, wanted, got.type_name());
}

[[noreturn]] void missing(std::string_view what, std::string_view key) {
  fail(ErrorKind::invalid, "{}: \"{}\" is missing", what, key);
}

}  // namespace

Json parse_json(std::string_view text, std::string_view what) {
  StrictBuilder builder(text, what);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

std::string to_compact(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string to_pretty(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

const Json* find_member(const Json& object, std::string_view key, std::string_view what) {
  if (!object.is_object()) {
    fail(ErrorKind::invalid, "{} must be a JSON object, got {}", what, object.type_name());
  }
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> find_string(const Json& object, std::string_view key,
                                       std::string_view what) {
  const Json* member = find_member(object, key, what);
  if (member == nullptr) return std::nullopt;
  if (!member->is_string()) wrong_type(what, key, "a string", *member);
  return member->get<std::string>();
}

std::string get_string(const Json& object, std::string_view key, std::string_view what) {
  auto value = find_string(object, key, what);
  if (!value) missing(what, key);
  return *std::move(value);
}

std::optional<std::int64_t> find_int(const Json& object, std::string_view key,
                                     std::string_view what) {
  const Json* member = find_member(object, key, what);
  if (member == nullptr) return std::nullopt;
  const bool too_large =
      member->is_number_unsigned() && member->get<std::uint64_t>() > std::uint64_t{INT64_MAX};
  if (!member->is_number_integer() || too_large) wrong_type(what, key, "a whole number", *member);
  return member->get<std::int64_t>();
}

std::int64_t get_int(const Json& object, std::string_view key, std::string_view what) {
  const auto value = find_int(object, key, what);
  if (!value) missing(what, key);
  return *value;
}

std::optional<bool> find_bool(const Json& object, std::string_view key, std::string_view what) {
  const Json* member = find_member(object, key, what);
  if (member == nullptr) return std::nullopt;
  if (!member->is_boolean()) wrong_type(what, key, "true or false", *member);
  return member->get<bool>();
}

std::vector<std::string> find_strings(const Json& object, std::string_view key,
                                      std::string_view what) {
  std::vector<std::string> values;
  const Json* member = find_array(object, key, what);
  if (member == nullptr) return values;
  for (const Json& item : *member) {
    if (!item.is_string()) wrong_type(what, key, "a list of strings", item);
    values.push_back(item.get<std::string>());
  }
  return values;
}

const Json* find_object(const Json& object, std::string_view key, std::string_view what) {
  const Json* member = find_member(object, key, what);
  if (member != nullptr && !member->is_object()) wrong_type(what, key, "an object", *member);
  return member;
}

const Json* find_array(const Json& object, std::string_view key, std::string_view what) {
  const Json* member = find_member(object, key, what);
  if (member != nullptr && !member->is_array()) wrong_type(what, key, "a list", *member);
  return member;
}

}  // namespace lade

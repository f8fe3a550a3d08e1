#include "libimage/base/json.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"

namespace lade {
namespace {

std::string error_of(std::string_view text) {
  try {
    parse_json(text, "doc");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid);
    return error.message();
  }
  return "no error";
}

TEST_CASE("parse_json keeps the order of keys") {
  const Json value = parse_json(R"({"b":1,"a":[true,null,"x",-2,1.5],"c":{"d":{}}})", "doc");
  CHECK(to_compact(value) == R"({"b":1,"a":[true,null,"x",-2,1.5],"c":{"d":{}}})");
}

TEST_CASE("parse_json refuses what two parsers could read differently") {
  CHECK(error_of(R"({"a":1,"b":2,"a":3})") == "doc: the key \"a\" occurs twice in one object");
  CHECK(error_of("{\"a\":\n 1,}").find("doc is not valid JSON at line 2, column 4") == 0);
  CHECK(error_of("{} x").find("doc is not valid JSON at line 1") == 0);
  CHECK(error_of("").find("doc is not valid JSON") == 0);
  CHECK(error_of("\"\xff\"").find("doc is not valid JSON") == 0);
}

TEST_CASE("parse_json bounds the depth") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK_NOTHROW(parse_json(nested(json_depth_limit), "doc"));
  CHECK(error_of(nested(json_depth_limit + 1)) == "doc: JSON is nested deeper than 64 levels");
}

TEST_CASE("members are read by type, and an error names the key") {
  const Json value =
      parse_json(R"({"s":"x","n":3,"l":["a"],"z":null,"big":18446744073709551615})", "doc");
  CHECK(get_string(value, "s", "doc") == "x");
  CHECK(get_int(value, "n", "doc") == 3);
  CHECK(find_strings(value, "l", "doc") == std::vector<std::string>{"a"});
  CHECK_FALSE(find_string(value, "z", "doc"));
  CHECK_FALSE(find_object(value, "absent", "doc"));
  CHECK_THROWS_WITH(get_string(value, "n", "doc"), "doc: \"n\" must be a string, got number");
  CHECK_THROWS_WITH(get_int(value, "big", "doc"),
                    "doc: \"big\" must be a whole number, got number");
  CHECK_THROWS_WITH(get_int(value, "absent", "doc"), "doc: \"absent\" is missing");
}

}  // namespace
}  // namespace lade

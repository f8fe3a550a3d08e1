#include "libimage/toml/toml_table.h"

#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"

namespace lade {
namespace {

/// The value of `key` in a text of one line.
template <class Find>
auto found_in(const std::string& text, const Find& find) {
  const toml::table document = parse_toml(text, "a.toml");
  return find(TomlTable(document, "a.toml", ""));
}

Timestamp time_in(const std::string& text) {
  return found_in(text, [](const TomlTable& table) { return table.find_time("t").value(); });
}

TEST_CASE("times are moments, and a date is its first one") {
  CHECK(to_rfc3339(time_in("t = 2026-11-22T01:30:00.5Z")) == "2026-11-22T01:30:00.5Z");
  CHECK(to_rfc3339(time_in("t = 2026-11-22T01:30:00+02:30")) == "2026-11-21T23:00:00Z");
  CHECK(to_rfc3339(time_in("t = 1969-12-31T23:59:59Z")) == "1969-12-31T23:59:59Z");
  CHECK(to_rfc3339(time_in("t = 2024-02-29")) == "2024-02-29T00:00:00Z");
}

TEST_CASE("what is no moment is refused with its line") {
  const auto refused = [](const std::string& text) {
    return error_of(ErrorKind::invalid, [&] { time_in(text); });
  };
  const std::string wanted = "wanted a date, or a date with time and offset, got ";
  CHECK(refused("\nt = 2026-11-22T01:30:00") == "a.toml:2: t: " + wanted + "a time without offset");
  CHECK(refused("t = 01:30:00") == "a.toml:1: t: " + wanted + "a date or time");
  CHECK(refused("t = \"2026-11-22\"") == "a.toml:1: t: " + wanted + "a string");
}

TEST_CASE("whole numbers are numbers, and nothing else is") {
  const auto number = [](const std::string& text) {
    return found_in(text, [](const TomlTable& table) { return table.find_int("n"); });
  };
  CHECK(number("n = -7") == -7);
  CHECK_FALSE(number("m = 1"));
  CHECK(error_of(ErrorKind::invalid, [&] { number("n = 1.5"); }) ==
        "a.toml:1: n: wanted a whole number, got a number");
}

TEST_CASE("an unknown key is refused with the one that was meant") {
  constexpr std::string_view known[] = {"scope", "mode"};
  const auto refused = [&](const std::string& text) {
    return error_of(ErrorKind::invalid, [&] {
      found_in(text, [&](const TomlTable& table) {
        table.allow_only(known);
        return 0;
      });
    });
  };
  CHECK(refused("scope = 1\nmoed = 2") == "a.toml:2: moed: unknown key; did you mean \"mode\"?");
  CHECK(refused("zzz = 2") == "a.toml:1: zzz: unknown key");
}

TEST_CASE("a list may have texts and tables, in their order") {
  const auto list = found_in("k = [\"a\", { x = 1 }, \"b\"]", [](const TomlTable& table) {
    std::string kinds;
    for (const auto& one : table.find_strings_and_tables("k")) {
      kinds += std::holds_alternative<TomlString>(one) ? "s" : "t";
    }
    return kinds;
  });
  CHECK(list == "sts");
  CHECK(error_of(ErrorKind::invalid, [] {
          found_in("k = [1]", [](const TomlTable& table) {
            return table.find_strings_and_tables("k").size();
          });
        }) == "a.toml:1: k: wanted a list of strings and tables, got a number");
}

TEST_CASE("letters beyond ASCII stay in strings, wherever those are") {
  const auto text = [](const std::string& document) {
    return found_in(document,
                    [](const TomlTable& table) { return table.find_string("k").value(); });
  };
  CHECK(text("k = \"J\u00fcrgen\" # \u00fc \"") == "J\u00fcrgen");
  CHECK(text("# it's \u00fc\nk = 'J\u00fcrgen'") == "J\u00fcrgen");
  CHECK(text("k = \"\"\"\nJ\u00fc\"rgen\"\"\"\" # \u00fc") == "J\u00fc\"rgen\"");
  CHECK(text("k = '''\\''' # \u00fc") == "\\");
  CHECK(text("a = \"\\\"\u00fc\"\nk = \"\u00fc\\\\\"\nb = 1") == "\u00fc\\");
}

TEST_CASE("letters beyond ASCII outside of strings are no TOML") {
  for (const char* text :
       {"\u00fc = 1", "k = \u00fc", "k = \"a\" \u00fc", "k = \"\"\"a\"\"\"\"\"\"\u00fc",
        "k = \"\u00fc\n\"\u00fc\" = 1", "k = \"\xff\""}) {
    CAPTURE(text);
    CHECK_FALSE(error_of(ErrorKind::invalid, [&] { parse_toml(text, "a.toml"); }).empty());
  }
}

}  // namespace
}  // namespace lade

#include "libimage/base/secret.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <ostream>
#include <type_traits>

namespace lade {
namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!Streamable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);

TEST_CASE("a secret gives its bytes to whoever asks for them by name") {
  const Secret secret(std::string_view("a\0b", 3));
  CHECK((secret.reveal() == std::string_view("a\0b", 3)));
  CHECK_FALSE(secret.empty());
  CHECK(Secret().empty());
  CHECK(Secret("").reveal().empty());
}

TEST_CASE("secrets are compared by their bytes") {
  CHECK((Secret("one") == Secret("one")));
  CHECK_FALSE((Secret("one") == Secret("two")));
  CHECK_FALSE((Secret("one") == Secret("one more")));
  CHECK((Secret() == Secret("")));
}

TEST_CASE("a copy of a secret lives on its own, a moved one is empty") {
  Secret first("word");
  const Secret copy = first;
  const Secret moved = std::move(first);
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move): what moving leaves is the promise
  CHECK((moved.reveal() == "word"));
  first = copy;
  CHECK((first == moved));
  CHECK(first.reveal().data() != copy.reveal().data());
}

TEST_CASE("a wiped text is empty and holds nothing behind its end") {
  std::string text = "a password that is too long for the short form of strings";
  const std::size_t size = text.size();
  const char* bytes = text.data();
  wipe(text);
  CHECK(text.empty());
  REQUIRE(text.data() == bytes);
  CHECK(std::string_view(bytes, size).find_first_not_of('\0') == std::string_view::npos);
}

}  // namespace
}  // namespace lade

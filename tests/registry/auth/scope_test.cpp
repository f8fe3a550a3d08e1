#include "registry/auth/scope.h"

#include <catch2/catch.hpp>

namespace lade::registry {
namespace {

std::string shown(const std::vector<Scope>& scopes) {
  std::string text;
  for (const Scope& scope : scopes) text += scope.str() + " ";
  return text;
}

TEST_CASE("scopes are written as token servers read them") {
  const Reference reference = Reference::parse("busybox:1");
  CHECK(repository_scope(reference).str() == "repository:library/busybox:pull");
  CHECK(repository_scope(reference, {"push", "pull", "push"}).str() ==
        "repository:library/busybox:pull,push");
  CHECK(catalog_scope().str() == "registry:catalog:*");
}

TEST_CASE("scopes of a challenge are read back, what is none is left out") {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"repository:a/b:pull", "repository:a/b:pull "},
      {"repository:a/b:push,pull registry:catalog:*",
       "repository:a/b:pull,push registry:catalog:* "},
      {"  repository:host:5000/x:pull ", "repository:host:5000/x:pull "},
      {"repository(plugin):a:pull", "repository(plugin):a:pull "},
      {"repository:a:", "repository:a: "},
      {"pull a:b :x:pull repository::pull", ""},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    CHECK(shown(parse_scopes(text)) == expected);
  }
}

TEST_CASE("merged scopes name each repository once, with all that is asked of it") {
  const auto merged =
      merge_scopes(parse_scopes("repository:b:pull repository:a:push"),
                   parse_scopes("repository:b:push,pull repository:a:pull x:b:pull"));
  CHECK(shown(merged) == "repository:a:pull,push repository:b:pull,push x:b:pull ");
  CHECK(merge_scopes(merged, merged) == merged);
}

}  // namespace
}  // namespace lade::registry

#include "libimage/layer/whiteout.h"

#include <catch2/catch.hpp>
#include <vector>

#include "libimage/base/error.h"

namespace lade {
namespace {

TEST_CASE("whiteouts are told by their names") {
  using Kind = Whiteout::Kind;
  struct Row {
    std::string name;
    Kind kind;
    std::string path;
  };
  const std::vector<Row> table{
      {".wh.a", Kind::remove, "a"},          {"d/e/.wh.a b", Kind::remove, "d/e/a b"},
      {".wh....", Kind::remove, "..."},      {".wh..a", Kind::remove, ".a"},
      {"d/.wh..wh..opq", Kind::opaque, "d"}, {".wh..wh..opq", Kind::opaque, ""},
      {".wh..wh.aufs", Kind::reserved, ""},  {".wh..wh.plnk/7.8", Kind::reserved, ""},
      {".wh.a/b", Kind::reserved, ""},       {"d/.wh.a/.wh.b", Kind::reserved, ""}};
  for (const Row& row : table) {
    CAPTURE(row.name);
    const auto mark = parse_whiteout(row.name);
    REQUIRE(mark);
    CHECK(mark->kind == row.kind);
    CHECK(mark->path == row.path);
  }
  for (const char* name : {"", "a", "wh.a", "a/x.wh.b", ".wha", ".whx/a"}) {
    CHECK_FALSE(parse_whiteout(name));
  }
}

TEST_CASE("whiteouts of no name are refused") {
  for (const char* name : {".wh.", "d/.wh.", ".wh..", "d/.wh..."}) {
    CAPTURE(name);
    try {
      parse_whiteout(name);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid);
      CHECK_THAT(error.message(), Catch::Contains(name));
    }
  }
}

TEST_CASE("names of whiteouts are understood again") {
  for (const char* path : {"a", "d/a", "d/e/.x"}) {
    CHECK(parse_whiteout(whiteout_name(path))->path == path);
    CHECK(parse_whiteout(opaque_name(path))->path == path);
    CHECK(parse_whiteout(opaque_name(path))->kind == Whiteout::Kind::opaque);
  }
  CHECK(whiteout_name("d/a") == "d/.wh.a");
  CHECK(opaque_name("") == ".wh..wh..opq");
}

}  // namespace
}  // namespace lade

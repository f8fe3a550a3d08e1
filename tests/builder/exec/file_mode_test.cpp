#include "builder/exec/file_mode.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"

namespace lade::builder {
namespace {

TEST_CASE("COPY --chmod takes octal and symbolic modes") {
  struct Row {
    const char* text;
    std::uint32_t before;
    bool directory;
    std::uint32_t after;
  };
  const Row rows[] = {
      {"755", 0600, false, 0755},
      {"4755", 0600, false, 04755},
      {"0", 0777, false, 0},
      {"u=rwx,go=rx", 0600, false, 0755},
      {"a+x", 0644, false, 0755},
      {"+x", 0644, false, 0755},
      {"go-rwx", 0777, true, 0700},
      {"u=rwX,go=rX", 0644, false, 0644},
      {"u=rwX,go=rX", 0644, true, 0755},
      {"u=rwX,go=rX", 0744, false, 0755},
      {"g=u", 0640, false, 0660},
      {"u+s", 0755, false, 04755},
      {"g+s", 0755, true, 02755},
      {"+t", 0777, true, 01777},
      {"u+w-x", 0544, false, 0644},
      {"o=", 0777, false, 0770},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text, row.before);
    CHECK(ModeChange::parse(row.text).apply(row.before, row.directory) == row.after);
  }
}

TEST_CASE("a --chmod that says nothing sensible is refused") {
  for (const char* text : {"", "8", "77777", "u", "rwx", "u=rwz", "u=r,", "755x", "+x,,+r"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(ModeChange::parse(text), Error);
  }
}

}  // namespace
}  // namespace lade::builder

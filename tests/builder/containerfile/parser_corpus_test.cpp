#include <catch2/catch.hpp>
#include <filesystem>

#include "builder/containerfile/parser.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "tests/builder/containerfile/corpora.h"

namespace lade::containerfile {
namespace {

TEST_CASE("every Containerfile of the corpus parses to the tree that goes with it") {
  const auto corpora = find_corpora();
  if (!corpora) {
    WARN("no corpora: skipped");
    return;
  }
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*corpora / "parser")) {
    const std::string folder = entry.path().string();
    INFO(folder);
    const Source source("Dockerfile", read_file(folder + "/Dockerfile", 1U << 20U));
    CHECK(dump(parse_lines(source)) == read_file(folder + "/result", 1U << 20U));
    ++count;
  }
  CHECK(count >= 33);
}

}  // namespace
}  // namespace lade::containerfile

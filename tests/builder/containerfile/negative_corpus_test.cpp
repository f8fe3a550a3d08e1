#include <catch2/catch.hpp>
#include <filesystem>

#include "libimage/base/file.h"
#include "tests/builder/containerfile/corpora.h"
#include "tests/builder/containerfile/errors.h"

namespace lade::containerfile {
namespace {

TEST_CASE("every Containerfile of the negative corpus is refused with file and line") {
  const auto corpora = find_corpora();
  if (!corpora) {
    WARN("no corpora: skipped");
    return;
  }
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*corpora / "parser-negative")) {
    INFO(entry.path());
    const std::string reason = reason_of(read_file(entry.path() / "Dockerfile", 1U << 20U));
    CHECK_THAT(reason, Catch::Matchers::Matches("Containerfile:[0-9]+:[0-9]+: .+"));
    ++count;
  }
  CHECK(count >= 4);
}

}  // namespace
}  // namespace lade::containerfile

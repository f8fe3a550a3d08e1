#include <catch2/catch.hpp>
#include <cstdlib>

#include "libimage/base/child.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "sbom/format/sbom_format.h"
#include "tests/sbom/format/full_inventory.h"

namespace lade::sbom {
namespace {

constexpr int module_missing = 77;

std::string corpora() {
  const char* set = std::getenv("LADE_CORPORA");
  return set != nullptr ? set : LADE_CORPORA_DEFAULT;
}

int run_judge(const std::vector<std::string>& paths) {
  ChildOptions options;
  options.argv = {"/usr/bin/python3", LADE_TEST_SUPPORT "/validate_sbom.py"};
  options.argv.insert(options.argv.end(), paths.begin(), paths.end());
  options.environment = {{"LADE_CORPORA", corpora()}};
  Child child(options);
  return child.wait().code;
}

int verdict(const std::string& text) {
  const TempDir directory("/tmp");
  const std::string path = join_path(directory.path(), "document.json");
  write_file_atomic(path, text);
  return run_judge({path});
}

bool can_judge() {
  if (!file_exists(join_path(corpora(), "schemas/spdx-2.3.schema.json")) ||
      !file_exists("/usr/bin/python3")) {
    WARN("skipped: no schemas or no python3");
    return false;
  }
  if (run_judge({}) == module_missing) {
    WARN("skipped: python3 has no jsonschema");
    return false;
  }
  return true;
}

TEST_CASE("what is written in JSON passes the official schemas") {
  if (!can_judge()) return;
  for (const std::string format : {"spdx-json", "cyclonedx-json"}) {
    INFO(format);
    CHECK(verdict(write_sbom(full_inventory(), parse_format(format), example_options())) == 0);
    CHECK(verdict(write_sbom(Inventory{}, parse_format(format), WriteOptions{})) == 0);
  }
}

TEST_CASE("the schemas refuse what is wrong") {
  if (!can_judge()) return;
  CHECK(verdict(R"({"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"no"})") == 1);
  CHECK(verdict(R"({"spdxVersion":"SPDX-2.3"})") == 1);
}

}  // namespace
}  // namespace lade::sbom

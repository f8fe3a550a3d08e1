#include "sbom/language/test_folder.h"

#include <algorithm>
#include <array>

namespace lade::sbom {

bool is_test_folder(std::string_view name) {
  static constexpr std::array<std::string_view, 13> words{
      "test",     "tests",     "__tests__", "testing",  "spec",    "specs",       "fixture",
      "fixtures", "__mocks__", "example",   "examples", "samples", "__fixtures__"};
  return std::find(words.begin(), words.end(), name) != words.end();
}

}  // namespace lade::sbom

#include <algorithm>
#include <catch2/catch.hpp>

#include "sbom/format/read_sbom.h"
#include "tests/sbom/format/full_inventory.h"

namespace lade::sbom {
namespace {

const std::vector<std::string> whole_formats{
    "spdx-json",          "spdx-tag-value", "spdx3-json",        "cyclonedx-json",
    "cyclonedx-json@1.5", "cyclonedx-xml",  "cyclonedx-xml@1.5", "syft-json"};

std::string written(const Inventory& inventory, const std::string& format) {
  return write_sbom(inventory, parse_format(format), example_options());
}

/// The first line in which they differ, of both; empty for equal texts.
std::string first_difference(const std::string& left, const std::string& right) {
  const auto [a, b] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  if (a == left.end() && b == right.end()) return {};
  const auto line = [](const std::string& text, std::size_t at) {
    const std::size_t start = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    return text.substr(start, text.find('\n', at) - start);
  };
  const auto at = static_cast<std::size_t>(a - left.begin());
  return line(left, at) + " | " + line(right, at);
}

/// Without its UUIDs, which differ wherever anything does.
std::string without_uuids(std::string text) {
  const std::size_t at = text.find("urn:uuid:");
  return at == std::string::npos ? text : text.erase(at, 45);
}

TEST_CASE("what is read from a document is written as the same bytes again") {
  for (const std::string& format : whole_formats) {
    INFO(format);
    const std::string first = written(full_inventory(), format);
    const SbomDocument document = read_sbom(first, "the document");
    CHECK(document.format == parse_format(format).format);
    const std::string second = written(document.inventory, format);
    CHECK(first_difference(without_uuids(first), without_uuids(second)) == std::string());
    CHECK((first == second));
  }
}

TEST_CASE("an image with nothing in it is a document, and read back as one") {
  Inventory empty{.subject = {.name = "scratch"}};
  for (const std::string& format : whole_formats) {
    INFO(format);
    const std::string text = written(empty, format);
    const SbomDocument document = read_sbom(text, "the document");
    CHECK(document.inventory.packages.empty());
    CHECK(document.inventory.subject.name == "scratch");
    CHECK((written(document.inventory, format) == text));
  }
}

}  // namespace
}  // namespace lade::sbom

#include "sbom/vuln/lifecycle.h"

#include <catch2/catch.hpp>

namespace lade::sbom {
namespace {

std::string last_day_of(const std::string& id, const std::string& version) {
  const auto found = find_end_of_life({.id = id, .version_id = version});
  return found ? found->last_day() : "";
}

TEST_CASE("releases of distributions have a last day") {
  CHECK(last_day_of("debian", "10") == "2024-06-30");
  CHECK(find_end_of_life({.id = "debian", .version_id = "10"})->end == "2022-09-10");
  CHECK(last_day_of("ubuntu", "22.04") == "2027-06-01");
  CHECK(last_day_of("alpine", "3.18.4") == "2025-05-09");
  CHECK(last_day_of("alpine", "3.1") == "2021-05-01");
  CHECK(last_day_of("alpine", "3.9.6") == "2021-05-01");
  CHECK(last_day_of("debian", "6") == "2018-05-31");
  CHECK(last_day_of("alpine", "3.99").empty());
  CHECK(last_day_of("debian", "sid").empty());
  CHECK(last_day_of("rhel", "9.3") == "2032-05-31");
  CHECK(last_day_of("amzn", "2") == "2026-06-30");
  CHECK(last_day_of("amzn", "2023") == "2029-06-30");
  CHECK(last_day_of("debian", "").empty());
  CHECK(last_day_of("wolfi", "20230201").empty());
}

TEST_CASE("what the image says of its own end is believed first") {
  const auto found =
      find_end_of_life({.id = "fedora", .version_id = "40", .support_end = "2030-01-01"});
  CHECK(found->last_day() == "2030-01-01");
  CHECK(found->source == "os-release");
  CHECK(find_end_of_life({.id = "fedora", .version_id = "40", .support_end = "some day"})->source ==
        "lade");
}

TEST_CASE("the last day is still one of support") {
  const auto found = find_end_of_life({.id = "debian", .version_id = "10"});
  CHECK_FALSE(is_past(*found, *parse_rfc3339("2024-06-30T23:59:59Z")));
  CHECK(is_past(*found, *parse_rfc3339("2024-07-01T00:00:00Z")));
}

}  // namespace
}  // namespace lade::sbom

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "libimage/base/file.h"
#include "libimage/base/json.h"
#include "sbom/version/affected.h"
#include "sbom/version/ecosystem.h"

namespace lade::sbom {
namespace {

std::vector<VersionEvent> events_of(const Json& range) {
  std::vector<VersionEvent> events;
  for (const Json& event : range.at("events")) {
    for (const auto& [name, version] : event.items()) {
      const auto kind = find_event_kind(name);
      INFO(name);
      REQUIRE(kind.has_value());
      events.push_back({*kind, version.get<std::string>()});
    }
  }
  return events;
}

/// What every range promises of its own events.
void check_bounds(const AffectedRange& range) {
  CHECK(range.doubtful_bounds().empty());
  const auto& events = range.events();
  for (std::size_t i = 0; i < events.size(); ++i) {
    const VersionEvent& event = events[i];
    const bool opened_again = i + 1 < events.size() && events[i + 1].version == event.version;
    INFO(to_string(event.kind) << ' ' << event.version);
    if (event.kind == VersionEvent::Kind::fixed && !opened_again) {
      CHECK_FALSE(range.contains(event.version));
    }
    // 0 is before every version, but as a version it is after its prereleases
    if (event.kind == VersionEvent::Kind::introduced && event.version != "0" && !opened_again) {
      CHECK(range.contains(event.version));
    }
    if (event.kind == VersionEvent::Kind::last_affected) CHECK(range.contains(event.version));
  }
}

int check_advisory(const Json& advisory) {
  int ranges = 0;
  for (const Json& affected : advisory.value("affected", Json::array())) {
    const std::string ecosystem = affected.at("package").at("ecosystem");
    INFO(ecosystem);
    const auto scheme = find_version_scheme(ecosystem);
    REQUIRE(scheme.has_value());
    for (const Json& range : affected.value("ranges", Json::array())) {
      if (range.at("type") == "GIT") continue;
      const bool is_semver = range.at("type") == "SEMVER" && *scheme != VersionScheme::go;
      check_bounds({is_semver ? VersionScheme::semver : *scheme, events_of(range)});
      ++ranges;
    }
  }
  return ranges;
}

}  // namespace

TEST_CASE("every range of the advisories of the corpora holds its own bounds") {
  const char* given = std::getenv("LADE_CORPORA");
  const auto osv = std::filesystem::path(given != nullptr ? given : LADE_CORPORA_DEFAULT) / "osv";
  if (!std::filesystem::exists(osv)) {
    WARN("skipped: no corpora of advisories");
    return;
  }
  int ranges = 0;
  for (const auto& entry : std::filesystem::directory_iterator(osv)) {
    if (entry.path().extension() != ".json") continue;
    INFO(entry.path().filename().string());
    ranges += check_advisory(
        parse_json(read_file(entry.path().string(), std::uint64_t{16} << 20), "advisory"));
  }
  CHECK(ranges > 2900);
}

}  // namespace lade::sbom

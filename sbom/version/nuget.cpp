// NuGet: Semantic Versioning 2.0.0 with up to four numbers (1.0 is 1.0.0.0), and prereleases are
// compared without regard to case.
#include "sbom/version/orders.h"
#include "sbom/version/scan.h"
#include "sbom/version/semver.h"

namespace lade::sbom {
namespace {

std::weak_ordering compare_nuget(std::string_view a, std::string_view b) {
  return compare_parsed(
      find_semver(a), find_semver(b), a, b,
      [](const SemverText& x, const SemverText& y) { return compare_precedence(x, y, false); });
}

bool is_nuget_version(std::string_view text) {
  const auto parts = find_semver(text);
  return parts && std::count(parts->numbers.begin(), parts->numbers.end(), '.') < 4;
}

}  // namespace

const VersionOrder nuget_order{compare_nuget, is_nuget_version};

}  // namespace lade::sbom

// Dart (pub_semver): Semantic Versioning, but build metadata counts, as it is how packages say that
// they were changed after publication: a version without is before the same with, and metadata is
// compared like prereleases.
#include "sbom/version/orders.h"
#include "sbom/version/scan.h"
#include "sbom/version/semver.h"

namespace lade::sbom {
namespace {

std::weak_ordering compare_pub(std::string_view a, std::string_view b) {
  return compare_parsed(
      find_semver(a), find_semver(b), a, b, [](const SemverText& x, const SemverText& y) {
        const auto precedence = compare_precedence(x, y);
        return precedence != 0 ? precedence : compare_identifiers(x.build, y.build);
      });
}

bool is_pub_version(std::string_view text) { return find_semver(text).has_value(); }

}  // namespace

const VersionOrder pub_order{compare_pub, is_pub_version};

}  // namespace lade::sbom

#include "sbom/version/version.h"

#include "libimage/base/error.h"
#include "sbom/version/orders.h"

namespace lade::sbom {
namespace {

const VersionOrder& order_of(VersionScheme scheme) {
  switch (scheme) {
    case VersionScheme::dpkg:
    case VersionScheme::opkg:
      return dpkg_order;
    case VersionScheme::rpm:
      return rpm_order;
    case VersionScheme::apk:
      return apk_order;
    case VersionScheme::alpm:
      return alpm_order;
    case VersionScheme::semver:
    case VersionScheme::npm:
    case VersionScheme::crates:
      return semver_order;
    case VersionScheme::go:
      return go_order;
    case VersionScheme::pub:
      return pub_order;
    case VersionScheme::nuget:
      return nuget_order;
    case VersionScheme::pypi:
      return pypi_order;
    case VersionScheme::maven:
      return maven_order;
    case VersionScheme::rubygems:
      return rubygems_order;
    case VersionScheme::composer:
      return composer_order;
    case VersionScheme::cran:
      return cran_order;
    case VersionScheme::hackage:
      return hackage_order;
  }
  fail(ErrorKind::internal, "no order for version scheme {}", static_cast<int>(scheme));
}

}  // namespace

std::string_view to_string(VersionScheme scheme) {
  switch (scheme) {
    case VersionScheme::dpkg:
      return "dpkg";
    case VersionScheme::rpm:
      return "rpm";
    case VersionScheme::apk:
      return "apk";
    case VersionScheme::alpm:
      return "alpm";
    case VersionScheme::opkg:
      return "opkg";
    case VersionScheme::semver:
      return "semver";
    case VersionScheme::npm:
      return "npm";
    case VersionScheme::crates:
      return "crates";
    case VersionScheme::go:
      return "go";
    case VersionScheme::pub:
      return "pub";
    case VersionScheme::nuget:
      return "nuget";
    case VersionScheme::pypi:
      return "pypi";
    case VersionScheme::maven:
      return "maven";
    case VersionScheme::rubygems:
      return "rubygems";
    case VersionScheme::composer:
      return "composer";
    case VersionScheme::cran:
      return "cran";
    case VersionScheme::hackage:
      return "hackage";
  }
  fail(ErrorKind::internal, "no name for version scheme {}", static_cast<int>(scheme));
}

std::weak_ordering compare_versions(VersionScheme scheme, std::string_view a, std::string_view b) {
  return order_of(scheme).compare(a, b);
}

bool is_version(VersionScheme scheme, std::string_view text) {
  return order_of(scheme).is_version(text);
}

}  // namespace lade::sbom

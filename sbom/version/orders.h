#pragma once

#include <compare>
#include <string_view>

namespace lade::sbom {

/// What each scheme defines in the file that bears its name; enter at version.h.
struct VersionOrder {
  std::weak_ordering (*compare)(std::string_view a, std::string_view b);
  bool (*is_version)(std::string_view text);
};

extern const VersionOrder alpm_order;
extern const VersionOrder apk_order;
extern const VersionOrder composer_order;
extern const VersionOrder cran_order;
extern const VersionOrder dpkg_order;
extern const VersionOrder go_order;
extern const VersionOrder hackage_order;
extern const VersionOrder maven_order;
extern const VersionOrder nuget_order;
extern const VersionOrder pub_order;
extern const VersionOrder pypi_order;
extern const VersionOrder rpm_order;
extern const VersionOrder rubygems_order;
extern const VersionOrder semver_order;

}  // namespace lade::sbom

#pragma once

#include <string>
#include <string_view>

#include "sbom/catalog/find.h"

namespace lade::sbom {

/// What a record's Status says of the files: "install ok installed" has what is wanted, whether it
/// is to be installed anew, and how far it came.
struct DpkgState {
  bool is_there = true;
  std::string remark{};  ///< for those that are not there as they should be
};
DpkgState dpkg_state(std::string_view status);

/// The packages of dpkg's database (deb-control(5); dpkg-query(1), "status"). Packages that are not
/// there or whose configuration files alone are left are not counted; those in between are, with a
/// remark. In the `fragment` of a distroless image no package has a status: what is listed is
/// there.
Find parse_dpkg_status(std::string_view text, bool fragment);

}  // namespace lade::sbom

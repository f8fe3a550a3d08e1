#include "sbom/distribution/catalogers.h"

#include "sbom/distribution/apk.h"
#include "sbom/distribution/chisel.h"
#include "sbom/distribution/dpkg.h"
#include "sbom/distribution/opkg.h"
#include "sbom/distribution/pacman.h"
#include "sbom/distribution/rpm.h"

namespace lade::sbom {

void add_distribution_catalogers(Catalogers& list) {
  for (auto make : {make_dpkg_cataloger, make_apk_cataloger, make_rpm_cataloger,
                    make_pacman_cataloger, make_opkg_cataloger, make_chisel_cataloger}) {
    list.push_back(make());
  }
}

}  // namespace lade::sbom

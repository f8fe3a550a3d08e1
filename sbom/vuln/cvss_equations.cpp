#include "sbom/vuln/cvss_equations.h"

#include "libimage/base/error.h"

namespace lade::sbom {

double weight_of(std::span<const CvssWeight> table, std::string_view metric,
                 std::string_view value) {
  for (const CvssWeight& one : table) {
    if (one.metric == metric && one.value == value) return one.weight;
  }
  fail(ErrorKind::internal, "no weight for {}:{}", metric, value);
}

}  // namespace lade::sbom

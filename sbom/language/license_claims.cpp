#include "sbom/language/license_claims.h"

#include <algorithm>

#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"

namespace lade::sbom {

void add_declared_license(std::vector<LicenseClaim>& claims, std::string_view written) {
  LicenseClaim claim{.expression = {}, .written = clean_line(written, 512)};
  if (claim.written.empty() || to_lower(claim.written) == "unknown") return;
  if (std::find(claims.begin(), claims.end(), claim) == claims.end()) {
    claims.push_back(std::move(claim));
  }
}

}  // namespace lade::sbom

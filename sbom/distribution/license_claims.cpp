#include "sbom/distribution/license_claims.h"

#include "libimage/base/text.h"

namespace lade::sbom {

std::vector<LicenseClaim> declared_claims(std::string_view written) {
  const std::string_view text = trim(written);
  if (text.empty()) return {};
  return {{.expression = std::string(text), .evidence = LicenseEvidence::declared}};
}

std::vector<LicenseClaim> copyright_claims(std::string_view /*text*/) { return {}; }

}  // namespace lade::sbom

#include "sbom/distribution/license_claims.h"

#include <string>
#include <utility>

#include "libimage/base/text.h"
#include "sbom/license/debian_copyright.h"
#include "sbom/license/declared_license.h"

namespace lade::sbom {

std::vector<LicenseClaim> declared_claims(std::string_view written) {
  const std::string_view text = trim(written);
  const auto declared = read_declared_license(text);
  if (!declared) return {};
  LicenseClaim claim{.expression = declared->expression.str()};
  if (claim.expression != text) claim.written = text;
  return {std::move(claim)};
}

std::vector<LicenseClaim> copyright_claims(std::string_view text) {
  const DebianCopyright copyright = read_debian_copyright(text);
  std::vector<LicenseClaim> claims;
  for (const auto& expression : {copyright.main, copyright.expression()}) {
    if (!expression) continue;
    LicenseClaim claim{.expression = expression->normalized().str(),
                       .evidence = LicenseEvidence::copyright};
    if (claims.empty() || claims.front() != claim) claims.push_back(std::move(claim));
  }
  return claims;
}

}  // namespace lade::sbom

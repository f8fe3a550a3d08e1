#include "sbom/language/license_claims.h"

#include <algorithm>

#include "sbom/language/clean_text.h"
#include "sbom/license/declared_license.h"

namespace lade::sbom {
namespace {

/// What is longer is no name but a text, of which the beginning tells enough.
constexpr std::size_t written_limit_bytes = 200;

}  // namespace

void add_declared_license(std::vector<LicenseClaim>& claims, std::string_view written) {
  const auto declared = read_declared_license(valid_utf8(written));
  if (!declared) return;
  LicenseClaim claim{.expression = declared->expression.str()};
  claim.written = clean_line(written, written_limit_bytes);
  if (claim.written == claim.expression) claim.written.clear();
  if (std::find(claims.begin(), claims.end(), claim) == claims.end()) {
    claims.push_back(std::move(claim));
  }
}

}  // namespace lade::sbom

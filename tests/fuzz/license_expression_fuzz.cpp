// What packages declare: an expression is read or refused as invalid, what was read is printed,
// read again and says the same; whatever else a field has becomes an expression too.
#include <cstdint>
#include <string_view>

#include "sbom/license/declared_license.h"
#include "tests/fuzz/defect.h"

namespace {

using namespace lade;
using namespace lade::sbom;

void check(const SpdxExpression& expression) {
  const SpdxExpression normal = expression.normalized();
  require(SpdxExpression::parse(normal.str()) == normal);
  require(normal.normalized() == normal);
  for (const bool mit : {false, true}) {
    const auto is_allowed = [&](const SpdxLicense& license) {
      return (license.id == "MIT") == mit || license.or_later;
    };
    require(expression.evaluate(is_allowed).allowed == normal.evaluate(is_allowed).allowed);
  }
  const SpdxExpression plain = expression.without_additions();
  require(SpdxExpression::parse(plain.str()) == SpdxExpression::parse(plain.str()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  without_defect([&] { check(SpdxExpression::parse(text)); });
  if (const auto declared = read_declared_license(text)) {
    require(SpdxExpression::parse(declared->expression.str()) == declared->expression);
  }
  return 0;
}

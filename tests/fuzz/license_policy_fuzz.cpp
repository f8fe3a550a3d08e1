// What users write into licenses.toml: it is read or refused as invalid, and whatever was read
// judges any package, with a reason for each that it does not allow.
#include <cstdint>
#include <string_view>

#include "sbom/license_policy/license_policy.h"
#include "tests/fuzz/defect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lade;
  using namespace lade::sbom;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  without_defect([&] {
    const LicensePolicy policy = parse_license_policy(text, "licenses.toml");
    const LicensedPackage bare{"pkg:deb/debian/a@1?arch=all", "a", "1", {}};
    LicensedPackage told = bare;
    told.expression = SpdxExpression::parse("(MIT OR GPL-2.0+) AND LicenseRef-a");
    for (const LicensedPackage& package : {bare, told}) {
      const LicenseJudgement judgement = judge(policy, package, {});
      require((judgement.verdict == LicenseVerdict::allowed) == judgement.objections.empty());
    }
  });
  return 0;
}

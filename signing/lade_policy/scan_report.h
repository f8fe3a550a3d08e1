#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libimage/base/json.h"
#include "signing/lade_policy/lade_policy.h"

namespace lade::signing {

/// A vulnerability that a scanner found in some package.
struct ScanFinding {
  std::string id{};
  Severity severity = Severity::unknown;
};

/// What a report says, each package with a vulnerability being one finding: Grype's JSON, Trivy's,
/// or CycloneDX with `vulnerabilities`, which may lie in cosign's `vuln` predicate. Of CycloneDX
/// those count that its analysis does not set aside, by their worst rating. Nothing if it is none
/// of these.
std::optional<std::vector<ScanFinding>> read_findings(const Json& predicate);

}  // namespace lade::signing

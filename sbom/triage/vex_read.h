#pragma once

#include <string>
#include <vector>

#include "libimage/base/json.h"
#include "sbom/triage/vex.h"

// The readers of each format. Private to the module.
namespace lade::sbom {

std::vector<VexStatement> read_openvex(const Json& document, const std::string& what);
std::vector<VexStatement> read_csaf_statements(const Json& document, const std::string& what);
std::vector<VexStatement> read_cyclonedx_vex(const Json& document, const std::string& what);

}  // namespace lade::sbom

#pragma once

#include <string>

#include "cmd/output/sarif.h"
#include "libimage/base/json.h"
#include "sbom/secrets/secret_report.h"

namespace lade::cmd {

/// What was searched, as a report calls it.
struct SearchedImage {
  std::string name{};
  std::string digest{};  ///< of the manifest
  std::string platform{};
};

/// "/etc/passwd:3", "environment DB_PASSWORD", "history 4".
std::string place_of(const sbom::SecretFinding& finding);
/// "2, deleted in 3"; layers count from 1. Empty for the configuration.
std::string layers_of(const sbom::SecretFinding& finding);

std::string secrets_table(const sbom::SecretReport& report);
Json secrets_record(const sbom::SecretReport& report, const SearchedImage& image);
SarifRun secrets_sarif(const sbom::SecretReport& report, const SearchedImage& image);

}  // namespace lade::cmd

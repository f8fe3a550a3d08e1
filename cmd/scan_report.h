#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/session.h"
#include "sbom/model/inventory.h"
#include "sbom/vuln/match.h"
#include "sbom/vuln/rating.h"

namespace lade::cmd {

/// What a scan came to, for those who write it down.
struct ScanReport {
  std::string target;  ///< as the user named it
  sbom::Inventory inventory{};
  sbom::Matches matches{};
  std::vector<sbom::Rating> ratings{};          ///< one for each finding
  std::vector<sbom::ProviderInfo> providers{};  ///< whose data was asked
  std::vector<std::string> summaries{};         ///< of each finding, one line; may be empty
  /// Why "nothing was found" would not mean that there is nothing: no data, too old a distribution.
  std::vector<std::string> gaps{};
  std::vector<std::string> notes{};  ///< of ignore rules and VEX documents: expired, without effect
  Timestamp now{};
  bool show_suppressed = false;
};

/// The finding counts: nobody suppressed it.
bool counts(const sbom::Finding& finding);
/// "critical" … "none"; "unknown" where nobody says.
std::string_view severity_word(const sbom::Rating& rating);
/// Where to read about a vulnerability.
std::string link_of(const std::string& id);
/// "fixed in 1.2", "no fix", "will not be fixed", "under investigation".
std::string fix_text(const sbom::Finding& finding);

std::string scan_table(const ScanReport& report);
std::string scan_json(const ScanReport& report);
std::string scan_sarif(const ScanReport& report);
/// A CycloneDX 1.6 Vulnerability Disclosure Report: components and vulnerabilities.
std::string scan_cyclonedx(const ScanReport& report);
std::string scan_junit(const ScanReport& report);
/// GitLab's report of container scanning, schema 15.
std::string scan_gitlab(const ScanReport& report);

}  // namespace lade::cmd

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sbom/model/package.h"
#include "sbom/vuln/cvss.h"
#include "sbom/vuln/match.h"

namespace lade::sbom {

/// A severity as one source has it, computed from its vector where there is one.
struct SourceRating {
  std::string source;
  std::string scheme;  ///< as SeverityClaim::scheme
  std::string vector{};
  std::optional<double> score{};
  std::optional<Severity> severity{};
};

/// How bad a finding is, and who says so.
struct Rating {
  std::optional<Severity> severity{};  ///< nothing: nobody says
  std::optional<double> score{};       ///< CVSS, the overall one of the vector that counts
  std::string vector{};
  std::string source{};
  /// 0 to 100: how likely it is exploited (EPSS; certainly, if it is known to be) times how bad
  /// that is: the score, or the middle of the severity's range, or 5 where nobody says; of what is
  /// known to be exploited at least 8.
  double risk = 0;
  std::vector<SourceRating> all{};  ///< of every source, in their order
};

/// Of a distribution's package the distribution's own word counts before any vector, since it
/// knows how the package is built; of vectors of the newest version of CVSS the
/// highest score counts.
Rating rate(const Finding& finding, PackageType type);

}  // namespace lade::sbom

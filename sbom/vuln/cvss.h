#pragma once

#include <optional>
#include <string_view>

#include "sbom/vuln/cvss_vector.h"

namespace lade::sbom {

/// From 0.0 to 10.0, with one digit behind the point.
struct CvssScores {
  double base = 0;
  /// With the temporal (in 4.0: threat) metrics, if the vector has any.
  std::optional<double> temporal{};
  /// With all metrics, if the vector has environmental ones.
  std::optional<double> environmental{};

  /// Of all that the vector says.
  double overall() const { return environmental.value_or(temporal.value_or(base)); }
};

/// By the equations of the version of the vector.
CvssScores score(const CvssVector& vector);

/// In words, from low to high; 2.0 knows no none and no critical.
enum class Severity { none, low, medium, high, critical };

/// "none", "low"…
std::string_view to_string(Severity severity);
/// The word in whatever case, and what distributions say for it ("moderate", "important",
/// "negligible"; Debian's and Ubuntu's "unimportant" and "untriaged" are low).
std::optional<Severity> find_severity(std::string_view word);

/// The qualitative rating of a score: section 5 of 3.0 and 3.1, section 6 of 4.0, and for 2.0 the
/// one that NVD made.
Severity severity_of(CvssVersion version, double score);

}  // namespace lade::sbom

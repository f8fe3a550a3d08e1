#pragma once

#include <span>
#include <string_view>

#include "sbom/vuln/cvss.h"

namespace lade::sbom {

CvssScores score_cvss2(const CvssVector& vector);
CvssScores score_cvss3(const CvssVector& vector);
CvssScores score_cvss4(const CvssVector& vector);

/// What a value of a metric counts.
struct CvssWeight {
  std::string_view metric;
  std::string_view value;
  double weight;
};

/// `internal` if the table has none.
double weight_of(std::span<const CvssWeight> table, std::string_view metric,
                 std::string_view value);

}  // namespace lade::sbom

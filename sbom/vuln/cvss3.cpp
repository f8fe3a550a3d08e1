// Section 8 of 3.0, section 7 of 3.1. A base score is the sum of impact and exploitability, rounded
// up; where the scope changes, impact has a curve of its own and privileges count more. The
// environmental score is the same of modified metrics, with the requirements as factors of the
// losses. Versions differ in the curve of the modified impact, and in how one rounds up: 3.1 first
// rounds to five digits, so that errors of floating point do not count; 3.0 means the exact number.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "sbom/vuln/cvss_equations.h"

namespace lade::sbom {
namespace {

constexpr std::array<CvssWeight, 32> cvss3_weights{
    {{"AV", "N", 0.85}, {"AV", "A", 0.62}, {"AV", "L", 0.55}, {"AV", "P", 0.2},  {"AC", "L", 0.77},
     {"AC", "H", 0.44}, {"PR", "N", 0.85}, {"PR", "L", 0.62}, {"PR", "H", 0.27}, {"UI", "N", 0.85},
     {"UI", "R", 0.62}, {"C", "H", 0.56},  {"C", "L", 0.22},  {"C", "N", 0},     {"E", "X", 1},
     {"E", "H", 1},     {"E", "F", 0.97},  {"E", "P", 0.94},  {"E", "U", 0.91},  {"RL", "X", 1},
     {"RL", "U", 1},    {"RL", "W", 0.97}, {"RL", "T", 0.96}, {"RL", "O", 0.95}, {"RC", "X", 1},
     {"RC", "C", 1},    {"RC", "R", 0.96}, {"RC", "U", 0.92}, {"CR", "X", 1},    {"CR", "H", 1.5},
     {"CR", "M", 1},    {"CR", "L", 0.5}}};

double round_up3(CvssVersion version, double value) {
  if (version == CvssVersion::v3_0) return std::ceil(value * 10 - 1e-9) / 10;
  const auto digits = std::llround(value * 100000);
  return static_cast<double>((digits + 9999) / 10000) / 10;
}

/// The metrics that one equation sees: modified ones, where they are wanted and defined, or those
/// of the base.
struct Cvss3Metrics {
  const CvssVector& vector;
  bool modified = false;

  std::string_view value(std::string_view metric) const {
    if (modified) {
      const std::string_view other = vector.value("M" + std::string(metric));
      if (other != "X") return other;
    }
    return vector.value(metric);
  }
  bool changes_scope() const { return value("S") == "C"; }

  double weight(std::string_view metric) const {
    const std::string_view letter = value(metric);
    if (metric == "PR" && changes_scope() && letter != "N") return letter == "L" ? 0.68 : 0.5;
    const std::string_view row = metric == "I" || metric == "A" ? "C" : metric;
    return weight_of(cvss3_weights, row, letter);
  }
  double requirement(std::string_view metric) const {
    return modified ? weight_of(cvss3_weights, "CR", vector.value(metric)) : 1;
  }
};

double impact3(const Cvss3Metrics& metrics) {
  const double kept = (1 - metrics.weight("C") * metrics.requirement("CR")) *
                      (1 - metrics.weight("I") * metrics.requirement("IR")) *
                      (1 - metrics.weight("A") * metrics.requirement("AR"));
  const double lost = metrics.modified ? std::min(1 - kept, 0.915) : 1 - kept;
  if (!metrics.changes_scope()) return 6.42 * lost;
  const bool flatter = metrics.modified && metrics.vector.version() == CvssVersion::v3_1;
  const double curve = flatter ? std::pow(lost * 0.9731 - 0.02, 13) : std::pow(lost - 0.02, 15);
  return 7.52 * (lost - 0.029) - 3.25 * curve;
}

/// The base score, or what environmental scores have instead.
double base3(const Cvss3Metrics& metrics) {
  const double impact = impact3(metrics);
  if (impact <= 0) return 0;
  const double exploitability = 8.22 * metrics.weight("AV") * metrics.weight("AC") *
                                metrics.weight("PR") * metrics.weight("UI");
  const double factor = metrics.changes_scope() ? 1.08 : 1;
  return round_up3(metrics.vector.version(), std::min(factor * (impact + exploitability), 10.0));
}

double temporal3(const CvssVector& vector, double base) {
  double factor = 1;
  for (const auto* metric : {"E", "RL", "RC"}) {
    factor *= weight_of(cvss3_weights, metric, vector.value(metric));
  }
  return round_up3(vector.version(), base * factor);
}

}  // namespace

CvssScores score_cvss3(const CvssVector& vector) {
  CvssScores scores{.base = base3({vector})};
  if (vector.has(CvssGroup::temporal)) scores.temporal = temporal3(vector, scores.base);
  if (vector.has(CvssGroup::environmental)) {
    scores.environmental = temporal3(vector, base3({.vector = vector, .modified = true}));
  }
  return scores;
}

}  // namespace lade::sbom

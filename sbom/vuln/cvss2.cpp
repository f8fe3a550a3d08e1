// Section 3.2 of the guide to 2.0. The base score weighs impact and exploitability; temporal
// metrics are factors of it; the environmental score starts again from an impact in which the
// requirements weigh the losses, and then goes up by collateral damage and down by how few systems
// there are. Each score is rounded to one digit before it is used.
#include <algorithm>
#include <array>
#include <cmath>

#include "sbom/vuln/cvss_equations.h"

namespace lade::sbom {
namespace {

constexpr std::array<CvssWeight, 41> cvss2_weights{
    {{"AV", "L", 0.395}, {"AV", "A", 0.646}, {"AV", "N", 1.0},  {"AC", "H", 0.35},
     {"AC", "M", 0.61},  {"AC", "L", 0.71},  {"Au", "M", 0.45}, {"Au", "S", 0.56},
     {"Au", "N", 0.704}, {"C", "N", 0},      {"C", "P", 0.275}, {"C", "C", 0.66},
     {"E", "U", 0.85},   {"E", "POC", 0.9},  {"E", "F", 0.95},  {"E", "H", 1},
     {"E", "ND", 1},     {"RL", "OF", 0.87}, {"RL", "TF", 0.9}, {"RL", "W", 0.95},
     {"RL", "U", 1},     {"RL", "ND", 1},    {"RC", "UC", 0.9}, {"RC", "UR", 0.95},
     {"RC", "C", 1},     {"RC", "ND", 1},    {"CDP", "N", 0},   {"CDP", "L", 0.1},
     {"CDP", "LM", 0.3}, {"CDP", "MH", 0.4}, {"CDP", "H", 0.5}, {"CDP", "ND", 0},
     {"TD", "N", 0},     {"TD", "L", 0.25},  {"TD", "M", 0.75}, {"TD", "H", 1},
     {"TD", "ND", 1},    {"CR", "L", 0.5},   {"CR", "M", 1},    {"CR", "H", 1.51},
     {"CR", "ND", 1}}};

double weight2(const CvssVector& vector, std::string_view metric) {
  // the three losses and their requirements weigh the same
  std::string_view row = metric;
  if (metric == "I" || metric == "A") row = "C";
  if (metric == "IR" || metric == "AR") row = "CR";
  return weight_of(cvss2_weights, row, vector.value(metric));
}

double round2(double value) {
  // halves go up, though their binary forms may be less
  return std::floor(value * 10 + 0.5 + 1e-9) / 10;
}

double impact2(double confidentiality, double integrity, double availability) {
  return 10.41 * (1 - (1 - confidentiality) * (1 - integrity) * (1 - availability));
}

double base2(const CvssVector& vector, double impact) {
  const double exploitability =
      20 * weight2(vector, "AV") * weight2(vector, "AC") * weight2(vector, "Au");
  const double factor = impact == 0 ? 0 : 1.176;
  return round2((0.6 * impact + 0.4 * exploitability - 1.5) * factor);
}

double temporal2(const CvssVector& vector, double base) {
  return round2(base * weight2(vector, "E") * weight2(vector, "RL") * weight2(vector, "RC"));
}

}  // namespace

CvssScores score_cvss2(const CvssVector& vector) {
  const double c = weight2(vector, "C");
  const double i = weight2(vector, "I");
  const double a = weight2(vector, "A");
  CvssScores scores{.base = base2(vector, impact2(c, i, a))};
  if (vector.has(CvssGroup::temporal)) scores.temporal = temporal2(vector, scores.base);
  if (vector.has(CvssGroup::environmental)) {
    const double adjusted = std::min(
        10.0,
        impact2(c * weight2(vector, "CR"), i * weight2(vector, "IR"), a * weight2(vector, "AR")));
    const double temporal = temporal2(vector, base2(vector, adjusted));
    scores.environmental =
        round2((temporal + (10 - temporal) * weight2(vector, "CDP")) * weight2(vector, "TD"));
  }
  return scores;
}

}  // namespace lade::sbom

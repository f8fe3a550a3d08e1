// Section 8 of 4.0. Metrics fall into classes, and the levels of all classes are the macrovector,
// whose score experts gave. A vector that is not as severe as the highest of its macrovector is
// somewhat lower: for each class one looks how much the score would fall at the next lower level,
// and takes the share of it that the vector's steps away from the highest are of all steps in the
// level; the mean of those shares, over the classes that have a lower level, goes off the score.
// Here all of that is done in whole numbers (every depth divides `whole`), so that nothing but the
// last step rounds, halves up.
#include <algorithm>
#include <string>

#include "libimage/base/error.h"
#include "sbom/vuln/cvss4_table.h"
#include "sbom/vuln/cvss_equations.h"

namespace lade::sbom {
namespace {

/// Which metrics are taken into account.
struct Cvss4Metrics {
  const CvssVector& vector;
  bool threat = false;
  bool environment = false;

  /// As it counts: modified, or the worst where it is not defined.
  char value(std::string_view metric) const {
    if (metric == "E") return defined(metric, threat, 'A');
    if (metric == "CR" || metric == "IR" || metric == "AR") {
      return defined(metric, environment, 'H');
    }
    const char own = vector.value(metric).front();
    return defined("M" + std::string(metric), environment, own);
  }
  bool is(std::string_view metric, char wanted) const { return value(metric) == wanted; }

  /// How many steps the value is from the severest.
  int level(std::string_view metric) const {
    static constexpr std::string_view losses = "HLN";
    static constexpr std::string_view requirements = "HML";
    std::string_view order = losses;
    if (metric == "AV") order = "NALP";
    if (metric == "PR") order = "NLH";
    if (metric == "UI") order = "NPA";
    if (metric == "AC") order = "LH";
    if (metric == "AT") order = "NP";
    if (metric.front() == 'S') order = "SHLN";
    if (metric.back() == 'R' && metric != "PR") order = requirements;
    return static_cast<int>(order.find(value(metric)));
  }

 private:
  char defined(std::string_view metric, bool counts, char otherwise) const {
    const std::string_view own = vector.value(metric);
    return !counts || own == "X" ? otherwise : own.front();
  }
};

std::size_t exploitability_level(const Cvss4Metrics& m) {
  const bool network = m.is("AV", 'N');
  const bool unprivileged = m.is("PR", 'N');
  const bool alone = m.is("UI", 'N');
  if (network && unprivileged && alone) return 0;
  return (network || unprivileged || alone) && !m.is("AV", 'P') ? 1 : 2;
}

std::size_t impact_level(const Cvss4Metrics& m) {
  if (m.is("VC", 'H') && m.is("VI", 'H')) return 0;
  return m.is("VC", 'H') || m.is("VI", 'H') || m.is("VA", 'H') ? 1 : 2;
}

std::size_t subsequent_level(const Cvss4Metrics& m) {
  if (m.is("SI", 'S') || m.is("SA", 'S')) return 0;
  return m.is("SC", 'H') || m.is("SI", 'H') || m.is("SA", 'H') ? 1 : 2;
}

std::size_t requirement_level(const Cvss4Metrics& m) {
  const bool needed = (m.is("CR", 'H') && m.is("VC", 'H')) ||
                      (m.is("IR", 'H') && m.is("VI", 'H')) || (m.is("AR", 'H') && m.is("VA", 'H'));
  return needed ? 0 : 1;
}

MacroVector macro_of(const Cvss4Metrics& m) {
  const bool simple = m.is("AC", 'L') && m.is("AT", 'N');
  return {exploitability_level(m),
          simple ? std::size_t{0} : 1,
          impact_level(m),
          subsequent_level(m),
          std::string_view("APU").find(m.value("E")),
          requirement_level(m)};
}

std::optional<int> one_lower(MacroVector macro, std::size_t eq) {
  ++macro[eq];
  return find_macro_score(macro);
}

/// The score of the next lower macrovector in each class, EQ5 last.
std::array<std::optional<int>, class_count + 1> lower_scores(const MacroVector& macro) {
  constexpr std::size_t third = 2;
  constexpr std::size_t sixth = 5;
  std::optional<int> joint = one_lower(macro, third);
  // 00 goes to 01 or 10, whichever is higher; 10 goes to 11, others by EQ3
  if (macro[sixth] == 0) {
    joint = macro[third] == 0 ? std::max(joint, one_lower(macro, sixth)) : one_lower(macro, sixth);
  }
  return {one_lower(macro, 0), one_lower(macro, 1), joint, one_lower(macro, 3),
          one_lower(macro, 4)};
}

/// The steps from the first highest vector that is nowhere less severe.
int distance_to_highest(const Cvss4Metrics& m, const EquivalenceClass& group) {
  for (const std::string_view highest : group.highest) {
    int distance = 0;
    bool below = true;
    for (std::size_t i = 0; i < group.metrics.size(); ++i) {
      const int steps = m.level(group.metrics[i]) - (highest[i] - '0');
      below = below && steps >= 0;
      distance += steps;
    }
    if (below) return distance;
  }
  fail(ErrorKind::internal, "CVSS vector {} is above all of its macrovector", m.vector.to_string());
}

bool has_impact(const Cvss4Metrics& m) {
  constexpr std::array<std::string_view, 6> losses{"VC", "VI", "VA", "SC", "SI", "SA"};
  return std::any_of(losses.begin(), losses.end(),
                     [&](std::string_view loss) { return !m.is(loss, 'N'); });
}

double score4(const Cvss4Metrics& m) {
  if (!has_impact(m)) return 0;
  const MacroVector macro = macro_of(m);
  const int highest = find_macro_score(macro).value();
  const auto classes = classes_of(macro);
  const auto lower = lower_scores(macro);
  constexpr int whole = 840;
  int fall = 0;
  int count = 0;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (!lower[i]) continue;
    ++count;
    if (i == class_count) continue;
    fall += (highest - *lower[i]) * distance_to_highest(m, classes[i]) * (whole / classes[i].depth);
  }
  if (count == 0) return highest / 10.0;
  const int unit = whole * count;
  const int tenths = (2 * (highest * unit - fall) + unit) / (2 * unit);
  return std::clamp(tenths, 0, 100) / 10.0;
}

}  // namespace

CvssScores score_cvss4(const CvssVector& vector) {
  CvssScores scores{.base = score4({vector})};
  if (vector.has(CvssGroup::temporal)) {
    scores.temporal = score4({.vector = vector, .threat = true});
  }
  if (vector.has(CvssGroup::environmental)) {
    scores.environmental = score4({.vector = vector, .threat = true, .environment = true});
  }
  return scores;
}

}  // namespace lade::sbom

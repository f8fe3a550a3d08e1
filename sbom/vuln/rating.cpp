#include "sbom/vuln/rating.h"

#include <algorithm>
#include <tuple>

#include "libimage/base/error.h"

namespace lade::sbom {
namespace {

SourceRating read_claim(const SeverityClaim& claim) {
  SourceRating rating{.source = claim.source, .scheme = claim.scheme};
  if (claim.scheme == "word") {
    rating.severity = find_severity(claim.value);
    return rating;
  }
  try {
    const CvssVector vector = CvssVector::parse(claim.value);
    rating.vector = claim.value;
    rating.score = score(vector).overall();
    rating.severity = severity_of(vector.version(), *rating.score);
  } catch (const Error& error) {
    // a source that writes what is no vector rates nothing
    if (error.kind() != ErrorKind::invalid) throw;
  }
  return rating;
}

double middle_score(Severity severity) {
  switch (severity) {
    case Severity::none:
      return 0;
    case Severity::low:
      return 2;
    case Severity::medium:
      return 5;
    case Severity::high:
      return 8;
    case Severity::critical:
      return 9.5;
  }
  return 0;
}

double risk_of(const Finding& finding, const Rating& rating) {
  constexpr double full = 100;
  constexpr double most_score = 10;
  constexpr double unknown_score = 5;
  constexpr double exploited_score = 8;
  const double likelihood = finding.kev ? 1.0 : (finding.epss ? finding.epss->probability : 0.0);
  double badness = unknown_score;
  if (rating.severity) badness = middle_score(*rating.severity);
  if (rating.score) badness = *rating.score;
  if (finding.kev) badness = std::max(badness, exploited_score);
  return full * likelihood * badness / most_score;
}

}  // namespace

Rating rate(const Finding& finding, PackageType type) {
  Rating rating;
  for (const SeverityClaim& claim : finding.severities) rating.all.push_back(read_claim(claim));
  const SourceRating* word = nullptr;
  const SourceRating* vector = nullptr;
  for (const SourceRating& one : rating.all) {
    if (!one.severity) continue;
    const bool is_vector = one.score.has_value();
    if (!is_vector && word == nullptr) word = &one;
    if (is_vector && (vector == nullptr || std::tie(one.scheme, *one.score) >
                                               std::tie(vector->scheme, *vector->score))) {
      vector = &one;
    }
  }
  if (vector != nullptr) {
    rating.score = vector->score;
    rating.vector = vector->vector;
  }
  const bool word_counts = word != nullptr && (is_distribution_type(type) || vector == nullptr);
  const SourceRating* decides = word_counts ? word : vector;
  if (decides != nullptr) {
    rating.severity = decides->severity;
    rating.source = decides->source;
  }
  rating.risk = risk_of(finding, rating);
  return rating;
}

}  // namespace lade::sbom

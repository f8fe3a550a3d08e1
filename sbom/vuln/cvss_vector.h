#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sbom/vuln/cvss_metrics.h"

namespace lade::sbom {

/// A CVSS vector: holding one proves it valid.
class CvssVector {
 public:
  /// Reads what begins with "CVSS:3.0/", "CVSS:3.1/" or "CVSS:4.0/", or a vector of version 2.0,
  /// which begins with its first metric. `invalid` if a base metric is missing, a metric or value
  /// unknown, a metric there twice, or, but in versions 3, not in its place.
  static CvssVector parse(std::string_view text);

  CvssVersion version() const { return version_; }
  /// "X", or "ND" in version 2.0, of metrics that the vector does not have.
  std::string_view value(std::string_view metric) const;
  /// Whether a metric of that group is there and defined.
  bool has(CvssGroup group) const;
  /// With metrics in their order and without those not defined: equal for vectors that say the
  /// same.
  std::string to_string() const;

  bool operator==(const CvssVector&) const = default;

 private:
  explicit CvssVector(CvssVersion version);
  void read(std::string_view metrics, std::string_view whole);

  CvssVersion version_;
  std::vector<std::string> values_;  ///< of the metrics of the version, in their order
};

}  // namespace lade::sbom

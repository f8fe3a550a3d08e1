#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace lade::sbom {

enum class CvssVersion { v2_0, v3_0, v3_1, v4_0 };

/// "2.0", "3.0", "3.1" or "4.0".
std::string_view to_string(CvssVersion version);

/// What metrics say something about. Those of version 4 that say nothing of severity are
/// supplemental; its temporal group is called threat.
enum class CvssGroup { base, temporal, environmental, supplemental };

/// A metric as the specification of its version has it.
struct CvssMetric {
  std::string_view name;
  std::string_view values;  ///< between blanks; of all but base metrics the first is "not defined"
  CvssGroup group;

  bool has_value(std::string_view value) const;
  std::string_view first_value() const { return values.substr(0, values.find(' ')); }
};

/// In the order in which vectors have them.
std::span<const CvssMetric> cvss_metrics(CvssVersion version);

}  // namespace lade::sbom

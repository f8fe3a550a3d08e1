#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/scan_report.h"

namespace lade::cmd {

/// What a finding must not be: all of it together. "high", "fixable", "kev", "risk=10",
/// "unknown", "high+fixable".
struct Bar {
  std::optional<sbom::Severity> least{};
  std::optional<double> risk{};
  bool unknown = false;  ///< nobody says how severe it is
  bool fixable = false;
  bool kev = false;

  /// `invalid` for what is none.
  static Bar parse(std::string_view word);
  /// A severity that nobody knows reaches no bar of severity but "unknown".
  bool is_reached(const sbom::Finding& finding, const sbom::Rating& rating) const;
};

/// Whether a finding that counts reaches one of the bars.
bool is_over(const ScanReport& report, const std::vector<Bar>& bars);

}  // namespace lade::cmd

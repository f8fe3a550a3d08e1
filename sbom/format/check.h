#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/format/read_sbom.h"

namespace lade::sbom {

/// What an SBOM is held against.
enum class CheckProfile : unsigned char {
  ntia,  ///< NTIA, "The Minimum Elements For a Software Bill of Materials", 2021: data fields
  bsi    ///< BSI TR-03183-2, version 2: required data fields (5.2.1, 5.2.2), formats (4)
};

std::string_view to_string(CheckProfile profile);
/// "bsi", "ntia"; `invalid` for others.
CheckProfile parse_check_profile(std::string_view text);

/// A component that lacks something; the document itself if `name` is empty.
struct CheckGap {
  std::string name{};
  std::string version{};
  std::string purl{};
  std::vector<std::string> missing{};  ///< "supplier", "hash (SHA-512)"

  bool operator==(const CheckGap&) const = default;
};

struct CheckReport {
  CheckProfile profile = CheckProfile::ntia;
  std::size_t components = 0;
  std::vector<CheckGap> gaps{};                  ///< the document's first
  std::map<std::string, std::size_t> lacking{};  ///< how many components lack each

  /// Nothing is missing, and there is something that nothing is missing of.
  bool is_met() const { return gaps.empty() && components > 0; }
};

/// What is missing in an SBOM of whatever maker: only what it says counts.
CheckReport check_sbom(const SbomDocument& document, CheckProfile profile);

/// The verdict in the first line, then what is missing, a line for each component.
std::string check_to_text(const CheckReport& report);
/// A record with `schemaVersion`.
std::string check_to_json(const CheckReport& report);

}  // namespace lade::sbom

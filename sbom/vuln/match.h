#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sbom/model/inventory.h"
#include "sbom/vuln/database.h"

namespace lade::sbom {

/// Who says that a package is vulnerable, and where.
struct FindingSource {
  std::string provider{};
  std::string advisory{};  ///< its id there: "DSA-5000-1", "GHSA-…"
  std::string ecosystem{};
  std::string name{};        ///< of the package, as the advisory has it
  std::size_t database = 0;  ///< which of the databases that were given
  std::uint64_t number = 0;  ///< of the advisory in it, for its text

  bool operator==(const FindingSource&) const = default;
};

/// One vulnerability of one package.
struct Finding {
  std::size_t package = 0;  ///< in the inventory
  std::string id{};         ///< the CVE, if it has one; else the advisory's
  std::vector<std::string> aliases{};
  FixState state = FixState::affected;
  std::vector<std::string> fixed_in{};      ///< the least version of each source that has a fix
  std::string note{};                       ///< of the provider, on the state
  std::vector<SeverityClaim> severities{};  ///< those of the package first, then as they came
  std::vector<std::string> cwes{};
  std::optional<Timestamp> published{};
  std::optional<Timestamp> modified{};
  std::vector<FindingSource> sources{};
  std::optional<EpssScore> epss{};
  std::optional<KevEntry> kev{};
  /// Why it does not count: withdrawn, said not to be so by the distribution, by VEX, by a rule.
  /// Empty if it counts.
  std::string suppressed{};
  /// Who suppressed it: "withdrawn", "distribution", "vex", "ignored".
  std::string suppressed_by{};
};

/// How far the databases go: of what kind of package there is no data.
struct Uncovered {
  std::string ecosystem{};  ///< "Debian 12", "npm"
  std::size_t packages = 0;

  bool operator==(const Uncovered&) const = default;
};

struct Matches {
  std::vector<Finding> findings{};     ///< by package, then id
  std::vector<Uncovered> uncovered{};  ///< sorted
  std::size_t matched_packages = 0;    ///< packages that there is data for
  /// Packages of no known version, which nothing can be held against.
  std::size_t versionless_packages = 0;
};

using Databases = std::vector<std::shared_ptr<const ProviderDatabase>>;

/// What the databases say of an inventory. Of a distribution's packages the distribution's data
/// decides; what a distribution says of its package holds for language packages that it owns.
Matches match(const Inventory& inventory, const Databases& databases);

}  // namespace lade::sbom

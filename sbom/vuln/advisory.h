#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/time.h"
#include "sbom/version/affected.h"

namespace lade::sbom {

/// What a provider says of one package and one advisory.
enum class FixState : unsigned char {
  affected,      ///< the ranges tell which versions, and perhaps what fixes it
  wont_fix,      ///< as `affected`, and the provider says that it will stay so
  undetermined,  ///< somebody is looking into it
  not_affected   ///< said explicitly, of every version
};

/// "affected", "wont-fix", …
std::string_view to_string(FixState state);

/// A severity as one source has it: a CVSS vector, or a word.
struct SeverityClaim {
  std::string scheme;  ///< "CVSS:2.0", "CVSS:3.1", "CVSS:4.0"; "word" for high, unimportant, …
  std::string value;   ///< the vector, or the word in lower case
  std::string source;  ///< who says so: "nvd", "ghsa", "debian"

  auto operator<=>(const SeverityClaim&) const = default;
};

/// Which versions of a package an advisory is about.
struct AffectedPackage {
  std::string ecosystem;  ///< as OSV names it: "Debian:12", "npm"
  std::string name;       ///< deb and apk: of the source package; maven: "group:artifact"
  FixState state = FixState::affected;
  /// Any of them, or any of `versions`; neither: every version.
  std::vector<std::vector<VersionEvent>> ranges{};
  std::vector<std::string> versions{};
  /// Of a modular rpm: "nodejs:18"; the advisory is about builds of that stream alone.
  std::string module{};
  std::string note{};  ///< why: "no-dsa (Minor issue)", "vulnerable code not present"
  std::vector<SeverityClaim> severities{};  ///< of this package, if other than the advisory's

  bool operator==(const AffectedPackage&) const = default;
};

struct Advisory {
  std::string id{};  ///< "CVE-2024-1", "GHSA-…", "DSA-5000-1"
  std::vector<std::string>
      aliases{};  ///< other names of the same vulnerability; of a distribution's
                  ///< advisory those that it is about ("upstream", "related")
  std::optional<Timestamp> published{};
  std::optional<Timestamp> modified{};
  std::optional<Timestamp> withdrawn{};
  std::vector<SeverityClaim> severities{};
  std::vector<std::string> cwes{};
  std::vector<AffectedPackage> affected{};
  // kept apart
  std::string summary{};
  std::string details{};
  std::vector<std::string> references{};

  bool operator==(const Advisory&) const = default;
};

}  // namespace lade::sbom

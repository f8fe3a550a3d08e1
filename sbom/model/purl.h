#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sbom/model/distribution.h"
#include "sbom/model/package.h"

namespace lade::sbom {

/// A package URL (purl-spec, PURL-SPECIFICATION.rst), its parts decoded.
struct Purl {
  std::string type{};
  std::string name_space{};  ///< segments joined by "/"
  std::string name{};
  std::string version{};
  std::map<std::string, std::string> qualifiers{};
  std::string subpath{};

  /// Canonical: lower-case type, names as their type wants them (pypi: lower case, "_" as "-"),
  /// qualifiers sorted, empty ones left out, percent-encoded.
  std::string str() const;
  /// Nothing if it is none.
  static std::optional<Purl> parse(std::string_view text);
  auto operator<=>(const Purl&) const = default;
};

/// The package URL of a package; `distribution` gives namespace and `distro` of those it packages.
Purl purl_of(const Package& package, const Distribution* distribution);

}  // namespace lade::sbom

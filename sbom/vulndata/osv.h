#pragma once

#include <string_view>
#include <vector>

#include "sbom/vuln/advisory.h"

namespace lade::sbom {

/// A larger record is refused.
inline constexpr std::size_t record_limit_bytes = std::size_t{64} << 20U;

/// One record of OSV (ossf.github.io/osv-schema, versions 1.x). What is affected only by commits,
/// names no versions, or is no package, is passed over, and so are members that are not known.
/// Enumerated versions that a range has anyhow are left out. Throws `invalid`, naming `what` and
/// the member, for a malformed record, and `unsupported` for schema version 2 and later.
Advisory read_osv(std::string_view text, std::string_view what);

/// The part before the release: "Debian" of "Debian:12".
std::string_view ecosystem_family(std::string_view ecosystem);

/// Adds what is not there yet.
template <class T>
void add_once(std::vector<T>& list, T value) {
  for (const T& known : list) {
    if (known == value) return;
  }
  list.push_back(std::move(value));
}

}  // namespace lade::sbom

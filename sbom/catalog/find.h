#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/digest.h"
#include "sbom/model/package.h"

namespace lade::sbom {

/// A package inside of what a file holds, and what holds it there: jars in jars.
struct FoundPackage {
  Package package{};
  std::string inner{};  ///< Location::inner
  /// Index in the find's list of the package that contains or needs this one; -1 for none.
  std::int32_t parent = -1;
};

/// What one cataloger read out of one file of one layer, on its own: no other file is known yet. It
/// is what the cache keeps, so it holds all that assembly will need and nothing of the image.
struct Find {
  std::string cataloger{};
  std::string path{};  ///< of the file in its layer, normalised
  std::vector<FoundPackage> packages{};
  /// What a licence or copyright file says; `path` of each claim is left empty.
  std::vector<LicenseClaim> licenses{};
  /// Paths that the file says belong to a package, normalised, one a line ('\n' behind each).
  std::string owned_paths{};
  /// What else its cataloger wants to tell its own assembly, in a form that it alone knows.
  std::string note{};
  /// Why the file could not be read as what it is; empty if it could. The rest may still hold what
  /// was read before.
  std::string problem{};
};

/// All that was found in one layer; what its cache entry holds. Sorted by path, then cataloger.
struct LayerFinds {
  std::vector<Find> finds{};

  /// The finds at a path: [first, last) by index.
  std::pair<std::size_t, std::size_t> at(std::string_view path) const;
};

/// The versioned form that is kept: a header, the fields in order, a checksum. `decode` throws
/// `corrupt` for damaged bytes and `unsupported` for another version; it never trusts a length.
std::string encode_finds(const LayerFinds& finds);
LayerFinds decode_finds(std::string_view bytes);

}  // namespace lade::sbom

#pragma once

#include <string_view>

namespace lade::sbom {

/// What a directory is to node, by its path alone.
enum class NpmPlace : unsigned char {
  installed,  ///< node finds it by name: "node_modules/a", "node_modules/@scope/a"
  fixture,    ///< found by name from a package's own tests or examples alone
  elsewhere   ///< no package, unless a link in node_modules leads there
};

/// The place of a normalised directory. Packages lie directly in a node_modules directory, in a
/// scope there, or, on Debian, in usr/share/nodejs. What lies deeper in a package is part of it,
/// whatever package.json it has for itself; but a node_modules directory there holds packages
/// again.
NpmPlace npm_place(std::string_view directory);

}  // namespace lade::sbom

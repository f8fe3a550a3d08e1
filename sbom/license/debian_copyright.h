#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/license/license_text.h"
#include "sbom/license/spdx_expression.h"

namespace lade::sbom {

/// What a package of Debian says in /usr/share/doc/PACKAGE/copyright.
struct DebianCopyright {
  bool is_machine_readable = false;  ///< copyright-format 1.0 (dep5.h)
  /// Each expression once, with how it was found: of a machine-readable file `declared`, or `text`
  /// and `notice` where only the text behind a short name tells; else `notice`, `text`, `tag`, or
  /// `reference` (to /usr/share/common-licenses).
  std::vector<FoundLicense> found{};
  std::optional<SpdxExpression> main{};  ///< of "Files: *" or the header; of another file, of all
  std::vector<std::string> holders{};    ///< sorted, each once
  /// The short names that have a text there, and the texts; a file that is not machine-readable is
  /// one text with no name.
  std::vector<std::pair<std::string, std::string>> texts{};

  /// All that was found with AND between, normalised; nothing if that is nothing.
  std::optional<SpdxExpression> expression() const;
};

/// Never throws for what is in the text; takes time linear in it, of which 16 MiB are read.
DebianCopyright read_debian_copyright(std::string_view text);

}  // namespace lade::sbom

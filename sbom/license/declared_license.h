#pragma once

#include <optional>
#include <string_view>

#include "sbom/license/spdx_expression.h"

namespace lade::sbom {

/// What a package declares.
struct DeclaredLicense {
  SpdxExpression expression;  ///< normalised
  bool is_known = false;      ///< every licence in it is on the SPDX licence list
};

/// A field of a package: an SPDX expression; names and aliases (license_alias.h) with "and", "or",
/// "/", "|", ",", ";", "&", "with … exception" and parentheses between; or a whole licence text.
/// "/" and
/// "|" mean OR, as crates and npm write it; "," and ";" mean AND and bind least, as in DEP-5. What
/// is unknown becomes a LicenseRef- or AdditionRef- (license_ref.h). Nothing for a field that says
/// nothing: blank, "UNKNOWN", "NOASSERTION", "NONE". Never throws for what is in the text.
std::optional<DeclaredLicense> read_declared_license(std::string_view text);

}  // namespace lade::sbom

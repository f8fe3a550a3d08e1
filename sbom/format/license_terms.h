#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sbom/model/package.h"

namespace lade::sbom {

/// The terms of a package as SBOMs tell them; empty where nobody says anything.
struct LicenseTerms {
  std::string declared;  ///< what its metadata says
  /// What its copyright and licence files say; where there are none, what it declares.
  std::string concluded;
};

LicenseTerms license_terms(const Package& package);

/// Whether the text has the form of an SPDX expression (annex D); its identifiers are not looked
/// up.
bool is_license_expression(std::string_view text);

/// An expression for whatever a document calls a licence: itself if it has the form, else a
/// "LicenseRef-" made from its letters and digits.
std::string expression_for(std::string_view text);

/// The names "LicenseRef-…" in an expression, in order of appearance.
std::vector<std::string> license_refs(std::string_view expression);

}  // namespace lade::sbom

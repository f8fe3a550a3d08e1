#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/license/spdx_expression.h"

namespace lade::sbom {

/// How a licence was found in a text.
enum class LicenseClue {
  declared,   ///< a field made for it
  tag,        ///< "SPDX-License-Identifier: …"
  notice,     ///< a sentence that puts something under it
  reference,  ///< where its text is said to be
  text        ///< the licence's own words
};

/// "declared", "tag", "notice", "reference", "text".
std::string_view to_string(LicenseClue evidence);

struct FoundLicense {
  SpdxExpression expression;
  LicenseClue evidence = LicenseClue::text;
  double score = 1;  ///< of a text: the share of it that is there, 0.8 at least
  /// Other licences with the very same text. For those of GNU nothing but a notice can tell "only"
  /// from "or later"; `expression` is the narrower of the two, which holds in either case.
  std::vector<std::string> same_text{};
  std::size_t begin = 0;  ///< where it stands in the text, in bytes
  std::size_t end = 0;    ///< behind the last
};

/// What a text says of licences.
struct LicenseTextReading {
  std::vector<FoundLicense> found{};  ///< each expression once, in the order they stand there
  double coverage = 0;                ///< share of the words that belong to what was found, 0..1
  bool is_cut = false;                ///< the text was longer than LicenseTokens reads

  /// All that was found with AND between, normalised; nothing if that is nothing.
  std::optional<SpdxExpression> expression() const;
};

/// Reads licence files, source files and whatever else may name a licence. Never throws for what is
/// in the text; takes time linear in it.
LicenseTextReading read_license_text(std::string_view text);

}  // namespace lade::sbom

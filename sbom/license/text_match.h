#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sbom/license/fingerprints.h"
#include "sbom/license/license_tokens.h"

namespace lade::sbom {

/// A licence's text found in a longer one.
struct TextMatch {
  std::vector<std::string> ids{};  ///< all licences that have this very text, the shortest first
  double score = 0;                ///< share of the licence's text that is there, 0..1
  std::size_t begin = 0;           ///< the words it takes, as indices into the tokens
  std::size_t end = 0;             ///< behind the last
};

/// A text counts as found if this share of it is there in one place.
inline constexpr double text_score_bar = 0.8;

/// The licence texts in `tokens`, in the order they stand there. Takes time linear in the text.
std::vector<TextMatch> match_texts(const LicenseTokens& tokens,
                                   const Fingerprints& fingerprints = Fingerprints::builtin());

}  // namespace lade::sbom

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "sbom/license/license_tokens.h"
#include "sbom/license/spdx_expression.h"

namespace lade::sbom {

/// A sentence that puts something under a licence without the licence's text.
struct LicenseNotice {
  SpdxExpression expression;
  std::size_t begin = 0;  ///< the words it takes, as indices into the tokens
  std::size_t end = 0;    ///< behind the last
};

/// "Licensed under the Apache License, Version 2.0", "under the terms of the GNU General Public
/// License … either version 2 of the License, or (at your option) any later version", with the
/// common exceptions, in the order they stand there. A GNU licence without a version is what it
/// says of that case itself: any version.
std::vector<LicenseNotice> find_notices(const LicenseTokens& tokens);

struct LicenseTag {
  SpdxExpression expression;
  std::size_t offset = 0;  ///< of the line's expression in the text, in bytes
};

/// All "SPDX-License-Identifier:" lines that hold an expression.
std::vector<LicenseTag> find_license_tags(std::string_view text);

}  // namespace lade::sbom

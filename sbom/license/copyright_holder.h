#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade::sbom {

/// Whom "Copyright (C) 1999-2003, 2005 Jane Doe <jane@example.com>" names: without the word, the
/// sign and the years. Nothing if nobody is left.
std::optional<std::string> find_copyright_holder(std::string_view statement);

/// Those of all lines that begin with a copyright statement, whatever signs of comments stand
/// before it; sorted, each once.
std::vector<std::string> copyright_holders_in(std::string_view text);

}  // namespace lade::sbom

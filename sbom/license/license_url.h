#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lade::sbom {

/// The id of the licence that is read at an address,
/// "https://www.apache.org/licenses/LICENSE-2.0.txt". Nothing for what is no address or one that is
/// not known. A licence of GNU is "-only" here: an address cannot say "or later".
std::optional<std::string> find_license_url(std::string_view text);

}  // namespace lade::sbom

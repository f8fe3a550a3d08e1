#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lade::sbom {

/// A version at the beginning of a text: numbers of up to eight digits with dots between them, as
/// many as `least_parts` or more, up to five; behind them "_402" or a word for what is not yet
/// released ("-rc1", "beta2"), and if `with_letters` a letter or two ("1.1.1w"). Nothing if there
/// is none.
std::optional<std::string_view> take_version(std::string_view text, std::size_t least_parts,
                                             bool with_letters = false);

}  // namespace lade::sbom

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lade::containerfile {

/// `, did you mean "candidate"?` if `word` is close to one, else nothing: the end of a message
/// about an unknown word.
std::string suggestion(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace lade::containerfile

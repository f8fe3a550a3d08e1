#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lade::cmd {

/// "NAME=VALUE" of a flag that may be given many times. Throws `invalid` with the flag's name.
std::map<std::string, std::string> parse_pairs(const std::vector<std::string>& texts,
                                               std::string_view flag);

}  // namespace lade::cmd

#include "cmd/pair_flags.h"

#include "libimage/base/error.h"

namespace lade::cmd {

std::map<std::string, std::string> parse_pairs(const std::vector<std::string>& texts,
                                               std::string_view flag) {
  std::map<std::string, std::string> pairs;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      fail(ErrorKind::invalid, "{} {}: wanted NAME=VALUE", flag, text);
    }
    pairs[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return pairs;
}

}  // namespace lade::cmd

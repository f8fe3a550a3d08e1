#include "libimage/base/url.h"

namespace lade {

std::string without_userinfo(std::string_view url) {
  constexpr std::string_view mark = "://";
  const auto scheme = url.find(mark);
  if (scheme == std::string_view::npos) return std::string(url);
  const auto begin = scheme + mark.size();
  const std::string_view authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, begin)).append(url.substr(begin + at + 1));
}

}  // namespace lade

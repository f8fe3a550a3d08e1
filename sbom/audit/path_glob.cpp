#include "sbom/audit/path_glob.h"

#include <fmt/format.h>

namespace lade::sbom {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

PathGlob PathGlob::parse(std::string_view text) {
  std::string regex = "(?s)^";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '*' && i + 1 < text.size() && text[i + 1] == '*') {
      regex += ".*";
      ++i;
    } else if (c == '*') {
      regex += "[^/]*";
    } else if (c == '?') {
      regex += "[^/]";
    } else if (is_plain(c)) {
      regex += c;
    } else {
      regex += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return PathGlob(Pattern::parse(regex + "$", "the pattern"));
}

}  // namespace lade::sbom

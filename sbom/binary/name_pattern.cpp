#include "sbom/binary/name_pattern.h"

#include <cstddef>

namespace lade::sbom {

bool matches_name(std::string_view pattern, std::string_view name) {
  std::size_t in_pattern = 0;
  std::size_t in_name = 0;
  // where to go on if what follows the last star does not match: it takes one character more
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (in_name < name.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      taken = in_name;
    } else if (in_pattern < pattern.size() && pattern[in_pattern] == name[in_name]) {
      ++in_pattern;
      ++in_name;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      in_name = ++taken;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

bool matches_any_name(std::string_view patterns, std::string_view name) {
  while (!patterns.empty()) {
    const std::size_t blank = patterns.find(' ');
    if (matches_name(patterns.substr(0, blank), name)) return true;
    if (blank == std::string_view::npos) break;
    patterns.remove_prefix(blank + 1);
  }
  return false;
}

}  // namespace lade::sbom

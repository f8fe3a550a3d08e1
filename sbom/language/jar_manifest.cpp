#include "sbom/language/jar_manifest.h"

#include <utility>
#include <vector>

#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"

namespace lade::sbom {

JarManifest JarManifest::parse(std::string_view text) {
  JarManifest manifest;
  std::vector<std::pair<std::string, std::string>> fields;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    if (text.starts_with("\r\n")) {
      text.remove_prefix(2);
    } else if (!text.empty()) {
      text.remove_prefix(1);
    }
    if (line.empty()) break;
    if (line[0] == ' ') {
      if (!fields.empty()) fields.back().second += line.substr(1);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    fields.emplace_back(to_lower(trim(line.substr(0, colon))), line.substr(colon + 1));
  }
  for (auto& [name, value] : fields) manifest.attributes_[name] = clean_line(value);
  return manifest;
}

const std::string& JarManifest::get(std::string_view name) const {
  static const std::string nothing;
  const auto found = attributes_.find(name);
  return found == attributes_.end() ? nothing : found->second;
}

}  // namespace lade::sbom

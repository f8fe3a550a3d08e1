#pragma once

#include <map>
#include <string>
#include <string_view>

namespace lade::sbom {

/// The main attributes of META-INF/MANIFEST.MF (JAR File Specification, "Main Attributes"), by name
/// in lower case, folded lines joined. Of an attribute given twice the last one counts.
class JarManifest {
 public:
  static JarManifest parse(std::string_view text);
  /// Empty if there is none. `name` in lower case.
  const std::string& get(std::string_view name) const;
  bool empty() const { return attributes_.empty(); }

 private:
  std::map<std::string, std::string, std::less<>> attributes_;
};

}  // namespace lade::sbom

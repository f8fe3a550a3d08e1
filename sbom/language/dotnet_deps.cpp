#include "sbom/language/dotnet_deps.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/lenient_json.h"
#include "sbom/language/npm_manifest.h"

namespace lade::sbom {
namespace {

constexpr std::size_t step_limit = 2'000'000;
constexpr std::string_view runtime_pack_prefix = "runtimepack.";

struct DotnetLibrary {
  std::string name;
  std::string version;
  std::string sha512;  ///< as NuGet writes it: "sha512-<base64>"
  bool is_package = false;
  bool has_files = false;
  std::vector<std::string> needs{};  ///< keys, "Name/1.0"
};
using DotnetLibraries = std::map<std::string, DotnetLibrary>;

/// "…/_._" stands for the file of a framework that needs none.
bool has_any_file(const Json& target) {
  static constexpr std::array<std::string_view, 4> kinds{"runtime", "native", "runtimeTargets",
                                                         "resources"};
  return std::any_of(kinds.begin(), kinds.end(), [&](std::string_view kind) {
    const Json& files = member_of(target, kind);
    if (!files.is_object() || files.empty()) return false;
    return files.size() > 1 || !files.items().begin().key().ends_with("/_._");
  });
}

DotnetLibraries read_libraries(const Json& libraries) {
  DotnetLibraries result;
  for (const auto& item : libraries.items()) {
    const std::size_t slash = item.key().rfind('/');
    if (slash == std::string::npos) continue;
    DotnetLibrary library{.name = item.key().substr(0, slash),
                          .version = item.key().substr(slash + 1),
                          .sha512 = text_of(item.value(), "sha512")};
    const std::string type = text_of(item.value(), "type");
    library.is_package = type == "package" || type == "runtimepack";
    if (library.name.starts_with(runtime_pack_prefix)) {
      library.name.erase(0, runtime_pack_prefix.size());
    }
    if (is_word(library.name) && is_word(library.version)) result[item.key()] = library;
  }
  return result;
}

/// Each target is a framework, or a framework on a machine; a file in any of them is a file.
void read_targets(const Json& targets, DotnetLibraries& libraries) {
  for (const auto& framework : targets.items()) {
    if (!framework.value().is_object()) continue;
    for (const auto& item : framework.value().items()) {
      const auto library = libraries.find(item.key());
      if (library == libraries.end()) continue;
      library->second.has_files = library->second.has_files || has_any_file(item.value());
      const Json& needs = member_of(item.value(), "dependencies");
      if (!needs.is_object()) continue;
      for (const auto& need : needs.items()) {
        if (!need.value().is_string()) continue;
        library->second.needs.push_back(need.key() + "/" +
                                        need.value().get_ref<const std::string&>());
      }
    }
  }
}

bool is_kept(const DotnetLibrary& library) { return library.is_package && library.has_files; }

/// The kept packages that are reached from a library through others alone. `steps` bounds what all
/// such walks together may cost.
std::vector<std::string> kept_needs(const DotnetLibraries& libraries, const DotnetLibrary& from,
                                    std::size_t& steps) {
  std::set<std::string> names;
  std::set<std::string> seen;
  std::vector<std::string> left = from.needs;
  for (; !left.empty() && steps > 0; --steps) {
    const std::string key = std::move(left.back());
    left.pop_back();
    const auto library = libraries.find(key);
    if (library == libraries.end() || !seen.insert(key).second) continue;
    if (is_kept(library->second)) {
      names.insert(library->second.name);
    } else {
      left.insert(left.end(), library->second.needs.begin(), library->second.needs.end());
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace

std::vector<Package> parse_dotnet_deps(std::string_view text, std::string_view what) {
  const Json root = parse_lenient_json(text, what);
  const Json& libraries = member_of(root, "libraries");
  const Json& targets = member_of(root, "targets");
  if (!libraries.is_object()) fail(ErrorKind::invalid, "{} has no libraries", printable(what));
  DotnetLibraries known = read_libraries(libraries);
  if (targets.is_object()) read_targets(targets, known);
  std::vector<Package> packages;
  std::size_t steps = step_limit;
  for (const auto& [key, library] : known) {
    if (!is_kept(library)) continue;
    packages.push_back({.type = PackageType::nuget,
                        .name = library.name,
                        .version = library.version,
                        .hashes = parse_integrity(library.sha512),
                        .depends = kept_needs(known, library, steps)});
  }
  return packages;
}

}  // namespace lade::sbom

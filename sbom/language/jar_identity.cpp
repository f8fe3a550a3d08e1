// An archive may hold the metadata of several Maven projects: its own and those of what was shaded
// into it, or only the latter. Which is its own is weighed: the file's name speaks loudest, then
// the bundle's name, the titles of the manifest, a version they share. One project that nothing
// speaks against is the archive's own, since files are renamed and most manifests say little.
#include "sbom/language/jar_identity.h"

#include <algorithm>
#include <array>
#include <set>

#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"

namespace lade::sbom {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter_or_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::set<std::string> tokens_of(std::string_view text) {
  std::set<std::string> tokens;
  std::string token;
  for (const char c : to_lower(text) + " ") {
    if (is_letter_or_digit(c)) {
      token += c;
    } else if (!token.empty()) {
      tokens.insert(std::move(token));
      token.clear();
    }
  }
  return tokens;
}

bool has_tokens_of(const std::set<std::string>& tokens, std::string_view text) {
  const std::set<std::string> wanted = tokens_of(text);
  return !wanted.empty() &&
         std::includes(tokens.begin(), tokens.end(), wanted.begin(), wanted.end());
}

/// "org.example.a;singleton:=true" without its directives.
std::string bundle_name(const JarManifest& manifest) {
  const std::string& written = manifest.get("bundle-symbolicname");
  return std::string(trim(written.substr(0, written.find(';'))));
}

bool shares_version(const MavenName& project, const JarManifest& manifest) {
  return project.version == manifest.get("implementation-version") ||
         project.version == manifest.get("bundle-version") ||
         project.version == manifest.get("specification-version");
}

bool says_who_it_is(const JarManifest& manifest) {
  return !manifest.get("implementation-title").empty() ||
         !manifest.get("bundle-symbolicname").empty() || !manifest.get("bundle-name").empty() ||
         !manifest.get("automatic-module-name").empty() ||
         !manifest.get("specification-title").empty();
}

/// Separators are changed freely when files are named.
std::string with_dashes(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '_' || c == '.'; }, '-');
  return text;
}

/// How much speaks for a project being the archive itself.
std::size_t weight_of(const MavenName& project, const JarFileName& file_name,
                      const JarManifest& manifest) {
  const std::string stem = with_dashes(file_name.stem);
  const std::string artifact = with_dashes(project.artifact);
  std::size_t weight = shares_version(project, manifest) ? 5 : 0;
  if (stem == artifact + "-" + with_dashes(project.version)) return 200 + weight;
  if (stem == artifact || with_dashes(file_name.artifact) == artifact) return 150 + weight;
  if (stem.starts_with(artifact) && !is_letter_or_digit(stem[artifact.size()])) {
    // of two the longer name: "a-core-1.0" is "a-core" and not "a"
    weight += 60 + std::min<std::size_t>(artifact.size(), 60);
  }
  const std::string bundle = bundle_name(manifest);
  if (bundle == project.artifact || bundle == project.group + "." + project.artifact) weight += 50;
  for (const char* title : {"implementation-title", "bundle-name", "specification-title"}) {
    if (has_tokens_of(tokens_of(manifest.get(title)), artifact)) {
      weight += 40;
      break;
    }
  }
  if (has_tokens_of(tokens_of(bundle + " " + manifest.get("automatic-module-name")), artifact)) {
    weight += 30;
  }
  return weight;
}

bool is_version_like(std::string_view text) {
  return is_word(text) && text.find_first_of("0123456789") != std::string_view::npos &&
         text.find("${") == std::string_view::npos;
}

/// Whether two versions are the same written otherwise: "31.1-jre" and "31.1.0.jre" begin alike.
bool agrees(std::string_view a, std::string_view b) {
  const std::size_t shared = static_cast<std::size_t>(
      std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  return !a.empty() && !b.empty() && (shared == a.size() || shared == b.size() || shared >= 3);
}

std::string version_by_manifest(const JarFileName& file_name, const JarManifest& manifest) {
  std::string first;
  for (const char* key :
       {"plugin-version", "implementation-version", "bundle-version", "specification-version"}) {
    // "9.0.1 (build 17)"
    const std::string& written = manifest.get(key);
    const std::string version = written.substr(0, written.find(' '));
    if (!is_version_like(version)) continue;
    // a bundle's version is bent to OSGi's form; the file's name then has it as published
    if (agrees(file_name.version, version)) return file_name.version;
    if (first.empty()) first = version;
  }
  return first.empty() ? file_name.version : first;
}

bool is_artifact_like(std::string_view text) {
  return is_word(text) &&
         std::all_of(
             text.begin(), text.end(),
             [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; }) &&
         text.find("${") == std::string_view::npos;
}

bool is_group_like(std::string_view text) {
  return is_artifact_like(text) && text.find('.') != std::string_view::npos;
}

/// What stands before an artifact's own name: "com.example.core" of "com.example.core.core-json".
std::string group_of_bundle(std::string_view bundle, std::string_view artifact) {
  const std::size_t dot = bundle.rfind('.');
  if (!is_group_like(bundle) || dot == std::string_view::npos) return {};
  const std::string last = to_lower(bundle.substr(dot + 1));
  const std::string name = to_lower(artifact);
  const bool is_own = name.find(last) != std::string::npos || last.find(name) != std::string::npos;
  return std::string(is_own ? bundle.substr(0, dot) : bundle);
}

std::string group_by_manifest(const MavenName& name, const JarManifest& manifest) {
  if (is_group_like(manifest.get("group-id"))) return manifest.get("group-id");
  const std::string_view known = known_maven_group(name.artifact, name.version);
  if (!known.empty()) return std::string(known);
  if (is_group_like(manifest.get("implementation-vendor-id"))) {
    return manifest.get("implementation-vendor-id");
  }
  std::string group = group_of_bundle(bundle_name(manifest), name.artifact);
  if (group.empty()) {
    group = group_of_bundle(manifest.get("automatic-module-name"), name.artifact);
  }
  // "spring" of the module spring.core is no group
  return is_group_like(group) ? group : std::string();
}

}  // namespace

JarFileName parse_jar_file_name(std::string_view file_name) {
  JarFileName result{.stem = std::string(file_name.substr(0, file_name.rfind('.')))};
  const std::string& stem = result.stem;
  for (std::size_t at = 1; at + 1 < stem.size(); ++at) {
    const bool begins =
        stem[at] == '-' && (is_digit(stem[at + 1]) ||
                            (at + 2 < stem.size() && (stem[at + 1] == 'v' || stem[at + 1] == 'r') &&
                             is_digit(stem[at + 2])));
    if (!begins) continue;
    result.artifact = stem.substr(0, at);
    result.version = stem.substr(at + 1);
    // "log4j-1.2-api-2.17.1": digits that letters follow again are part of the name
    const std::size_t next = result.version.find_last_of('-');
    if (next != std::string::npos && next + 1 < result.version.size() &&
        is_digit(result.version[next + 1]) &&
        std::any_of(result.version.begin(),
                    result.version.begin() + static_cast<std::ptrdiff_t>(next),
                    [](char c) { return is_letter_or_digit(c) && !is_digit(c); }) &&
        result.version.find('.', next) != std::string::npos) {
      continue;
    }
    return result;
  }
  result.artifact = stem;
  result.version.clear();
  return result;
}

std::optional<std::size_t> own_project(const std::vector<MavenName>& projects,
                                       const JarFileName& file_name, const JarManifest& manifest) {
  std::optional<std::size_t> own;
  std::size_t heaviest = 0;
  for (std::size_t i = 0; i < projects.size(); ++i) {
    const std::size_t weight = weight_of(projects[i], file_name, manifest);
    if (weight <= heaviest) continue;
    heaviest = weight;
    own = i;
  }
  if (!own && projects.size() == 1 && !says_who_it_is(manifest)) own = 0;
  return own;
}

MavenName name_by_manifest(const JarFileName& file_name, const JarManifest& manifest) {
  MavenName name{.artifact = file_name.artifact,
                 .version = version_by_manifest(file_name, manifest)};
  const std::string& title = manifest.get("implementation-title");
  if (is_artifact_like(manifest.get("short-name"))) {
    name.artifact = manifest.get("short-name");
  } else if (title == "Apache Tomcat") {
    name.group = "org.apache.tomcat";
    if (!name.artifact.starts_with("tomcat-")) name.artifact = "tomcat-" + name.artifact;
    return name;
  } else if (is_artifact_like(title) && title.find('-') != std::string::npos) {
    name.artifact = title;
  }
  name.group = group_by_manifest(name, manifest);
  return name;
}

std::string jar_classifier(const JarFileName& file_name, const MavenName& name) {
  const std::string prefix = name.artifact + "-" + name.version + "-";
  return file_name.stem.starts_with(prefix) ? file_name.stem.substr(prefix.size()) : std::string();
}

}  // namespace lade::sbom

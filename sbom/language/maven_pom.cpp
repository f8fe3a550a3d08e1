#include "sbom/language/maven_pom.h"

#include <algorithm>
#include <map>
#include <pugixml.hpp>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"

namespace lade::sbom {
namespace {

constexpr int interpolation_limit = 8;
constexpr std::size_t pom_value_limit = 512;

std::string child_text(const pugi::xml_node& node, const char* name) {
  return clean_line(node.child(name).text().get());
}

class PomReader {
 public:
  explicit PomReader(const pugi::xml_node& project) : project_(project) {
    for (const pugi::xml_node& property : project.child("properties").children()) {
      properties_[property.name()] = clean_line(property.text().get(), pom_value_limit);
    }
    const pugi::xml_node parent = project.child("parent");
    for (const char* key : {"groupId", "version"}) {
      std::string own = child_text(project, key);
      const std::string inherited = child_text(parent, key);
      if (own.empty()) own = inherited;
      for (const char* prefix : {"project.", "pom.", ""})
        properties_[prefix + std::string(key)] = own;
      for (const char* prefix : {"project.parent.", "parent."}) {
        properties_[prefix + std::string(key)] = inherited;
      }
    }
    for (const char* prefix : {"project.", "pom.", ""}) {
      properties_[prefix + std::string("artifactId")] = child_text(project, "artifactId");
    }
    const pugi::xml_node management = project.child("dependencyManagement").child("dependencies");
    for (const pugi::xml_node& managed : management.children("dependency")) {
      managed_[value(child_text(managed, "groupId")) + ":" +
               value(child_text(managed, "artifactId"))] = value(child_text(managed, "version"));
    }
  }

  MavenPom read() const {
    MavenPom pom{.name = {.group = value("${groupId}"),
                          .artifact = value(child_text(project_, "artifactId")),
                          .version = value("${version}")}};
    pom.homepage = value(child_text(project_, "url"));
    pom.description = value(child_text(project_, "description"));
    if (pom.description.empty()) pom.description = value(child_text(project_, "name"));
    pom.organization = value(child_text(project_.child("organization"), "name"));
    for (const pugi::xml_node& license : project_.child("licenses").children("license")) {
      std::string name = child_text(license, "name");
      if (name.empty()) name = child_text(license, "url");
      if (!name.empty()) pom.licenses.push_back(std::move(name));
    }
    for (const pugi::xml_node& needed : project_.child("dependencies").children("dependency")) {
      add_dependency(needed, pom.dependencies);
    }
    std::sort(pom.dependencies.begin(), pom.dependencies.end());
    return pom;
  }

 private:
  void add_dependency(const pugi::xml_node& needed, std::vector<MavenName>& to) const {
    const std::string scope = child_text(needed, "scope");
    const bool counts = scope.empty() || scope == "compile" || scope == "runtime";
    if (!counts || child_text(needed, "optional") == "true") return;
    MavenName name{.group = value(child_text(needed, "groupId")),
                   .artifact = value(child_text(needed, "artifactId")),
                   .version = value(child_text(needed, "version"))};
    if (!is_word(name.group) || !is_word(name.artifact)) return;
    const auto managed = managed_.find(name.group + ":" + name.artifact);
    if (name.version.empty() && managed != managed_.end()) name.version = managed->second;
    to.push_back(std::move(name));
  }

  /// With properties put in; empty if one is not known here, or they go in circles.
  std::string value(std::string text) const {
    for (int round = 0; round < interpolation_limit; ++round) {
      const std::size_t open = text.find("${");
      if (open == std::string::npos) return text;
      const std::size_t close = text.find('}', open);
      if (close == std::string::npos) return {};
      const auto known = properties_.find(text.substr(open + 2, close - open - 2));
      if (known == properties_.end() || text.size() > 8 * pom_value_limit) return {};
      text.replace(open, close - open + 1, known->second);
    }
    return {};
  }

  pugi::xml_node project_;
  std::map<std::string, std::string> properties_;
  std::map<std::string, std::string> managed_;  ///< versions by "group:artifact"
};

}  // namespace

std::optional<MavenName> parse_pom_properties(std::string_view text) {
  MavenName name;
  for (const std::string& raw : split(text, '\n')) {
    const std::string_view line = trim(raw);
    const std::size_t mark = line.find_first_of("=:");
    if (line.starts_with('#') || mark == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, mark));
    const std::string value = clean_line(line.substr(mark + 1), pom_value_limit);
    if (key == "groupId") name.group = value;
    if (key == "artifactId") name.artifact = value;
    if (key == "version") name.version = value;
  }
  if (!is_word(name.artifact) || !is_word(name.version)) return std::nullopt;
  if (name.version.find("${") != std::string::npos) return std::nullopt;
  return name;
}

MavenPom parse_pom(std::string_view text, std::string_view what) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(text.data(), text.size());
  if (!result) {
    fail(ErrorKind::invalid, "{} is not valid XML at byte {}: {}", printable(what), result.offset,
         result.description());
  }
  const pugi::xml_node project = document.child("project");
  if (!project) fail(ErrorKind::invalid, "{} has no <project>", printable(what));
  return PomReader(project).read();
}

}  // namespace lade::sbom

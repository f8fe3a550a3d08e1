#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "libimage/base/text.h"
#include "sbom/format/cyclonedx_document.h"
#include "sbom/format/deployed.h"
#include "sbom/format/facts.h"
#include "sbom/format/identity.h"
#include "sbom/format/license_terms.h"

// An inventory from CycloneDX of whatever maker. Lade's properties are taken as they were meant;
// those of syft (location, cpe23) and Trivy (SrcName, FilePath, LayerDiffID) as far as they go.
namespace lade::sbom {
namespace {

constexpr std::string_view syft_prefix = "syft:";
constexpr std::string_view trivy_prefix = "aquasecurity:trivy:";

/// The name of Lade's fact that a property is; empty if it is none.
std::string fact_name(const std::string& property) {
  if (property.starts_with(fact_prefix)) return property.substr(fact_prefix.size());
  const bool is_path = property.starts_with("syft:location:") && property.ends_with(":path");
  return is_path ? property.substr(syft_prefix.size()) : std::string();
}

std::string trivy_property(const CdxComponent& component, std::string_view name) {
  const std::string wanted = std::string(trivy_prefix) + std::string(name);
  for (const CdxProperty& property : component.properties) {
    if (property.name == wanted) return property.value;
  }
  return {};
}

bool has_facts(const CdxComponent& component) {
  return std::any_of(component.properties.begin(), component.properties.end(),
                     [](const CdxProperty& p) { return p.name.starts_with(fact_prefix); });
}

std::string without_slash(std::string path) {
  path.erase(0, std::min(path.find_first_not_of('/'), path.size()));
  return path;
}

class CdxTaker {
 public:
  explicit CdxTaker(const CdxDocument& document) : document_(document) {}

  Inventory take() {
    take_root();
    for (const CdxComponent& component : document_.components) take_component(component);
    take_relations();
    for (const CdxAnnotation& annotation : document_.annotations) take_remark(annotation.text);
    complete(inventory_);
    return std::move(inventory_);
  }

 private:
  void take_root() {
    Subject& subject = inventory_.subject;
    const CdxComponent& root = document_.root;
    subject.name = root.name;
    subject.version = root.version;
    if (root.type != "container") subject.kind = SubjectKind::directory;
    for (const CdxProperty& property : root.properties) {
      apply_fact(subject, fact_name(property.name), property.value);
      if (property.name == "aquasecurity:trivy:DiffID") {
        const auto diff_id = Digest::try_parse(property.value);
        if (diff_id) layer_of_diff_id(subject, *diff_id);
      }
    }
    const std::size_t at = root.purl.rfind("@sha256%3A");
    if (!subject.manifest && at != std::string::npos) {
      subject.manifest = Digest::try_parse("sha256:" + root.purl.substr(at + 10, 64));
    }
  }

  void take_component(const CdxComponent& component) {
    if (component.type == "operating-system") {
      Distribution distribution{.id = component.name, .version_id = component.version};
      for (const CdxProperty& property : component.properties) {
        apply_fact(distribution, fact_name(property.name), property.value);
      }
      inventory_.distribution = std::move(distribution);
      return;
    }
    const bool is_nameless = component.purl.empty() && component.version.empty();
    // files, lock files of Trivy, data: what has neither is no package
    if (is_nameless && component.cpe.empty() && !has_facts(component) &&
        component.type != "library") {
      return;
    }
    take_package(component);
  }

  void take_package(const CdxComponent& from) {
    Package package{.name = from.name, .version = from.version};
    if (!from.purl.empty()) take_purl(package, from.purl);
    if (package.name_space.empty() && !from.group.empty() && package.type != PackageType::golang) {
      package.name_space = from.group;
    }
    package.supplier = to_string(from.supplier.name.empty() ? from.manufacturer : from.supplier);
    if (package.supplier.empty()) package.supplier = from.author;
    if (package.supplier.empty()) package.supplier = from.publisher;
    package.description = from.description;
    package.declared_only = from.scope == "excluded";
    if (!from.cpe.empty()) package.cpes.push_back(from.cpe);
    for (const CdxHash& hash : from.hashes) {
      package.hashes.push_back({plain_algorithm(hash.algorithm), to_lower(hash.content)});
    }
    for (const CdxReference& reference : from.references) {
      if (reference.type == "website") package.homepage = reference.url;
      if (reference.type == "distribution") package.download = reference.url;
    }
    for (const CdxProperty& property : from.properties) {
      apply_fact(package, fact_name(property.name), property.value);
      take_property(package, property);
    }
    if (package.locations.empty()) take_places(package, from);
    if (package.licenses.empty()) take_licenses(package, from);
    take_id(package, from);
    places_.emplace(from.ref, inventory_.packages.size());
    inventory_.packages.push_back(std::move(package));
  }

  static void take_property(Package& package, const CdxProperty& property) {
    const auto flag = [&](std::optional<bool>& known, std::string_view yes) {
      if (!known) known = property.value == yes;
    };
    if (property.name == "bsi:component:filename") package.file_name = property.value;
    if (property.name == "bsi:component:executable") flag(package.is_executable, "executable");
    if (property.name == "bsi:component:archive") flag(package.is_archive, "archive");
    if (property.name == "bsi:component:structured") flag(package.is_structured, "structured");
    if (property.name == "syft:cpe23") package.cpes.push_back(property.value);
    if (property.name == "aquasecurity:trivy:SrcName") package.source_name = property.value;
  }

  /// Where a document that is not Lade's says that a component lies.
  void take_places(Package& package, const CdxComponent& from) {
    std::vector<std::string> paths = from.occurrences;
    const std::string trivy = trivy_property(from, "FilePath");
    if (paths.empty() && !trivy.empty()) paths.push_back(trivy);
    auto diff_id = Digest::try_parse(trivy_property(from, "LayerDiffID"));
    for (const CdxProperty& property : from.properties) {
      const bool is_layer =
          property.name.starts_with("syft:location:") && property.name.ends_with(":layerID");
      if (is_layer && !diff_id) diff_id = Digest::try_parse(property.value);
    }
    std::size_t layer = 0;
    if (diff_id) layer = layer_of_diff_id(inventory_.subject, *diff_id);
    for (std::string& path : paths) {
      package.locations.push_back({.path = without_slash(std::move(path)), .layer = layer});
    }
    package.introduced_layer = package.changed_layer = layer;
    std::string version = trivy_property(from, "SrcVersion");
    const std::string release = trivy_property(from, "SrcRelease");
    const std::string epoch = trivy_property(from, "SrcEpoch");
    if (!release.empty()) version += "-" + release;
    if (!epoch.empty()) version = epoch + ":" + version;
    if (!version.empty()) package.source_version = version;
  }

  static void take_licenses(Package& package, const CdxComponent& from) {
    for (const CdxLicense& license : from.licenses) {
      if (license.value.empty()) continue;
      LicenseClaim claim{.expression = expression_for(license.value)};
      if (claim.expression != license.value) claim.written = license.value;
      if (license.acknowledgement == "concluded") claim.evidence = LicenseEvidence::text;
      package.licenses.push_back(std::move(claim));
    }
    for (const CdxLicense& license : from.found_licenses) {
      if (license.value.empty()) continue;
      const bool is_declared = license.acknowledgement == "declared";
      package.licenses.push_back(
          {.expression = expression_for(license.value),
           .evidence = is_declared ? LicenseEvidence::declared : LicenseEvidence::text});
    }
  }

  static void take_id(Package& package, const CdxComponent& from) {
    constexpr std::string_view mark = "package-id=";
    const std::size_t at = from.ref.rfind(mark);
    const std::string id =
        at == std::string::npos ? from.ref : from.ref.substr(at + mark.size(), 16);
    if (id.size() == 16 && is_hex(id)) package.id = id;
  }

  void relate(const std::string& from, const std::string& to, RelationKind kind) {
    const auto first = places_.find(from);
    const auto second = places_.find(to);
    if (first == places_.end() || second == places_.end()) return;
    inventory_.relations.push_back({first->second, second->second, kind});
  }

  void take_relations() {
    std::set<std::pair<std::string, std::string>> contained;
    for (const CdxComponent& component : document_.components) {
      if (!component.parent.empty())
        relate(component.parent, component.ref, RelationKind::contains);
      for (const CdxProperty& property : component.properties) {
        if (property.name == "lade:contained-in") {
          contained.emplace(property.value, component.ref);
          relate(property.value, component.ref, RelationKind::contains);
        }
        for (const auto kind : {RelationKind::owned_by, RelationKind::described_by}) {
          if (property.name == std::string(fact_prefix) + std::string(to_string(kind))) {
            relate(component.ref, property.value, kind);
          }
        }
      }
    }
    for (const CdxDependency& dependency : document_.dependencies) {
      for (const std::string& needed : dependency.depends_on) {
        if (contained.contains({dependency.ref, needed})) continue;
        relate(dependency.ref, needed, RelationKind::depends_on);
      }
    }
    for (const CdxComposition& composition : document_.compositions) {
      for (const std::string& ref : composition.dependencies) {
        const auto place = places_.find(ref);
        if (place == places_.end() || composition.aggregate == "unknown") continue;
        inventory_.packages[place->second].knows_all_dependencies =
            composition.aggregate == "complete";
      }
    }
  }

  void take_remark(const std::string& text) {
    const std::size_t colon = text.find(": ");
    if (colon == std::string::npos) {
      inventory_.remarks.push_back({{}, text});
    } else {
      inventory_.remarks.push_back({text.substr(0, colon), text.substr(colon + 2)});
    }
  }

  const CdxDocument& document_;
  std::unordered_map<std::string, std::size_t> places_;
  Inventory inventory_;
};

}  // namespace

Inventory from_cyclonedx(const CdxDocument& document) { return CdxTaker(document).take(); }

}  // namespace lade::sbom

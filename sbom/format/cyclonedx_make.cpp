#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "libimage/base/url.h"
#include "sbom/format/cyclonedx_document.h"
#include "sbom/format/deployed.h"
#include "sbom/format/facts.h"
#include "sbom/format/identity.h"
#include "sbom/format/license_terms.h"

// An inventory as CycloneDX: components in one flat list, edges in `dependencies`. A package that
// stands in another is what that depends on, and says so in a property, as do the other kinds of
// edges. Locations are told in syft's properties, which others read too; the flags of TR-03183-2 in
// BSI's; all else in Lade's.
namespace lade::sbom {
namespace {

/// A reference is the package URL as people read it (decoded, as others write it too) and the id,
/// which makes it unique.
std::string ref_of(const Package& package, const std::string& id) {
  if (package.purl.empty()) return id;
  const char joint = package.purl.find('?') == std::string::npos ? '?' : '&';
  return percent_decode(package.purl) + joint + "package-id=" + id;
}

std::vector<CdxProperty> properties_of(const std::vector<Fact>& facts) {
  std::vector<CdxProperty> properties;
  properties.reserve(facts.size());
  for (const Fact& fact : facts) {
    // BSI has names of its own for these
    if (fact.name == "executable" || fact.name == "archive" || fact.name == "structured") continue;
    const bool is_path = fact.name.starts_with("location:") && fact.name.ends_with(":path");
    properties.push_back(
        {is_path ? "syft:" + fact.name : std::string(fact_prefix) + fact.name, fact.value});
  }
  return properties;
}

class CdxMaker {
 public:
  CdxMaker(const Inventory& inventory, const WriteOptions& options, std::string_view version)
      : inventory_(inventory), refs_(cyclonedx_refs(inventory)) {
    document_.version = version;
    has_acknowledgements_ = version != "1.5";
    document_.timestamp = to_rfc3339({options.created.seconds, 0});
    document_.author = parse_party(options.author);
    document_.tools.push_back(
        {.type = "application", .name = options.tool_name, .version = options.tool_version});
  }

  CdxDocument make() {
    add_root();
    if (inventory_.distribution) add_system(*inventory_.distribution);
    for (std::size_t i = 0; i < refs_.size(); ++i) add_package(i);
    add_relations();
    add_compositions();
    for (const Remark& remark : inventory_.remarks) {
      document_.annotations.push_back(
          {remark.path.empty() ? remark.message : remark.path + ": " + remark.message});
    }
    return std::move(document_);
  }

 private:
  void add_root() {
    const Subject& subject = inventory_.subject;
    CdxComponent& root = document_.root;
    root.type = subject.kind == SubjectKind::image  ? "container"
                : subject.kind == SubjectKind::file ? "file"
                                                    : "application";
    root.name = subject.name.empty() ? "unnamed" : subject.name;
    root.version = subject.version;
    root.purl = image_purl(subject);
    root.ref = root.purl.empty() ? "lade:root" : percent_decode(root.purl);
    if (subject.manifest) {
      const bool is_short = subject.manifest->algorithm() == HashAlgorithm::sha256;
      root.hashes.push_back({is_short ? "SHA-256" : "SHA-512", subject.manifest->hex()});
    }
    root.properties = properties_of(facts_of(subject));
    if (subject.kind != SubjectKind::image) return;
    root.properties.push_back({"bsi:component:filename", root.name});
    root.properties.push_back({"bsi:component:executable", "executable"});
    root.properties.push_back({"bsi:component:archive", "archive"});
    root.properties.push_back({"bsi:component:structured", "structured"});
  }

  void add_system(const Distribution& distribution) {
    CdxComponent system{
        .type = "operating-system",
        .ref = "operating-system:" + distribution.id + "@" + distribution.version_id,
        .name = distribution.id,
        .version = distribution.version_id,
        .description = distribution.pretty_name};
    if (distribution.cpe.starts_with("cpe:2.3:")) system.cpe = distribution.cpe;
    if (is_uri(distribution.home_url)) {
      system.references.push_back({"website", distribution.home_url});
    }
    system.properties = properties_of(facts_of(distribution));
    document_.components.push_back(std::move(system));
  }

  void add_package(std::size_t index) {
    const Package& package = inventory_.packages[index];
    CdxComponent component{.type = package.type == PackageType::generic ? "application" : "library",
                           .ref = refs_[index],
                           .name = package.name,
                           .version = package.version,
                           .description = package.description,
                           .scope = package.declared_only ? "excluded" : "",
                           .purl = package.purl};
    if (!is_distribution_type(package.type)) component.group = package.name_space;
    component.supplier = parse_party(package.supplier);
    if (has_acknowledgements_) component.manufacturer = component.supplier;
    if (!has_acknowledgements_) component.publisher = component.supplier.name;
    if (!package.cpes.empty()) component.cpe = package.cpes.front();
    add_terms(component, package);
    for (const Location& location : package.locations) {
      component.occurrences.push_back(location.path);
    }
    add_references(component, package);
    add_properties(component, package);
    document_.components.push_back(std::move(component));
  }

  void add_terms(CdxComponent& component, const Package& package) const {
    const LicenseTerms terms = license_terms(package);
    using enum CdxLicense::Form;
    const auto acknowledged = [&](std::string word) {
      return has_acknowledgements_ ? std::move(word) : std::string();
    };
    if (!terms.concluded.empty()) {
      component.licenses.push_back({expression, terms.concluded, acknowledged("concluded")});
    }
    if (!terms.declared.empty()) {
      component.found_licenses.push_back({expression, terms.declared, acknowledged("declared")});
    }
  }

  static void add_references(CdxComponent& component, const Package& package) {
    for (const PackageHash& hash : package.hashes) {
      const std::string algorithm = cyclonedx_algorithm(hash);
      if (!algorithm.empty()) component.hashes.push_back({algorithm, hash.hex});
    }
    if (is_uri(package.homepage)) component.references.push_back({"website", package.homepage});
    // hashes of what is deployed stand with where it is from (TR-03183-2)
    if (is_uri(package.download)) {
      component.references.push_back({"distribution", package.download, component.hashes});
    }
  }

  void add_properties(CdxComponent& component, const Package& package) {
    std::vector<Fact> facts = facts_of(package, inventory_.subject);
    if (to_string(component.supplier) != package.supplier) {
      facts.push_back({"supplier", package.supplier});
    }
    if (!package.download.empty() && !is_uri(package.download)) {
      facts.push_back({"download", package.download});
    }
    if (!package.homepage.empty() && !is_uri(package.homepage)) {
      facts.push_back({"homepage", package.homepage});
    }
    component.properties = properties_of(facts);
    for (std::size_t i = 0; i < package.locations.size(); ++i) {
      const std::size_t layer = package.locations[i].layer;
      const auto& layers = inventory_.subject.layers;
      if (layer >= layers.size() || !layers[layer].diff_id) continue;
      component.properties.push_back(
          {fmt::format("syft:location:{}:layerID", i), layers[layer].diff_id->str()});
    }
    for (std::size_t i = 1; i < package.cpes.size(); ++i) {
      component.properties.push_back({"syft:cpe23", package.cpes[i]});
    }
    const Deployed deployed = deployed_of(package);
    const auto flag = [&](std::string_view name, bool is_so, std::string_view yes,
                          std::string_view no) {
      component.properties.push_back(
          {"bsi:component:" + std::string(name), std::string(is_so ? yes : no)});
    };
    if (!deployed.file_name.empty()) {
      component.properties.push_back({"bsi:component:filename", deployed.file_name});
    }
    flag("executable", deployed.is_executable, "executable", "non-executable");
    flag("archive", deployed.is_archive, "archive", "no archive");
    flag("structured", deployed.is_structured, "structured", "unstructured");
  }

  void add_relations() {
    const std::size_t first = inventory_.distribution ? 1 : 0;
    std::vector<std::set<std::string>> needs(refs_.size());
    std::vector<bool> is_contained(refs_.size());
    for (const Relation& relation : inventory_.relations) {
      auto& from = document_.components[first + relation.from].properties;
      auto& to = document_.components[first + relation.to].properties;
      const std::string property = std::string(fact_prefix) + std::string(to_string(relation.kind));
      if (relation.kind == RelationKind::contains) {
        is_contained[relation.to] = true;
        to.push_back({"lade:contained-in", refs_[relation.from]});
      } else if (relation.kind != RelationKind::depends_on) {
        from.push_back({property, refs_[relation.to]});
        continue;
      }
      needs[relation.from].insert(refs_[relation.to]);
    }
    CdxDependency root{document_.root.ref};
    CdxDependency system;
    if (first == 1) system.ref = document_.components.front().ref;
    if (first == 1) root.depends_on.push_back(system.ref);
    for (std::size_t i = 0; i < refs_.size(); ++i) {
      if (is_contained[i]) continue;
      const bool is_of_system = first == 1 && is_distribution_type(inventory_.packages[i].type);
      (is_of_system ? system : root).depends_on.push_back(refs_[i]);
    }
    document_.dependencies.push_back(std::move(root));
    if (first == 1) document_.dependencies.push_back(std::move(system));
    for (std::size_t i = 0; i < refs_.size(); ++i) {
      document_.dependencies.push_back({refs_[i], {needs[i].begin(), needs[i].end()}});
    }
  }

  void add_compositions() {
    std::map<std::string, std::vector<std::string>> by_aggregate;
    for (std::size_t i = 0; i < refs_.size(); ++i) {
      const std::optional<bool> knows = inventory_.packages[i].knows_all_dependencies;
      by_aggregate[!knows ? "unknown" : *knows ? "complete" : "incomplete"].push_back(refs_[i]);
    }
    document_.compositions.push_back(
        {inventory_.remarks.empty() ? "unknown" : "incomplete", {document_.root.ref}, {}});
    for (auto& [aggregate, refs] : by_aggregate) {
      document_.compositions.push_back({aggregate, {}, std::move(refs)});
    }
  }

  const Inventory& inventory_;
  std::vector<std::string> refs_;
  bool has_acknowledgements_ = true;
  CdxDocument document_;
};

}  // namespace

std::vector<std::string> cyclonedx_refs(const Inventory& inventory) {
  std::vector<std::string> refs = unique_ids(inventory);
  for (std::size_t i = 0; i < refs.size(); ++i) refs[i] = ref_of(inventory.packages[i], refs[i]);
  return refs;
}

CdxDocument to_cyclonedx(const Inventory& inventory, const WriteOptions& options,
                         std::string_view version) {
  return CdxMaker(inventory, options, version).make();
}

}  // namespace lade::sbom

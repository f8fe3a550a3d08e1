#include <algorithm>
#include <map>

#include "sbom/format/deployed.h"
#include "sbom/format/facts.h"
#include "sbom/format/identity.h"
#include "sbom/format/license_terms.h"
#include "sbom/format/party.h"
#include "sbom/format/spdx_document.h"

// An inventory as SPDX. The image is a package that the document describes and that contains all
// others; the distribution is one of the purpose OPERATING_SYSTEM, and contains what it packages.
// What SPDX has no field for is in one annotation for each package.
namespace lade::sbom {
namespace {

constexpr std::string_view root_id = "SPDXRef-DocumentRoot";
constexpr std::string_view system_id = "SPDXRef-OperatingSystem";

std::vector<std::string> spdx_ids(const Inventory& inventory) {
  std::vector<std::string> ids = unique_ids(inventory);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Package& package = inventory.packages[i];
    ids[i] = "SPDXRef-Package-" + std::string(to_string(package.type)) + "-" +
             plain_name(package.name) + "-" + ids[i];
  }
  return ids;
}

class SpdxMaker {
 public:
  SpdxMaker(const Inventory& inventory, const WriteOptions& options) : inventory_(inventory) {
    for (std::string& id : spdx_ids(inventory)) ids_.push_back(document_.keep(std::move(id)));
    document_.packages.reserve(ids_.size() + 2);
    document_.relationships.reserve(ids_.size() + inventory.relations.size() + 2);
    document_.created = to_rfc3339({options.created.seconds, 0});
    document_.annotator = "Tool: " + options.tool_name + "-" +
                          (options.tool_version.empty() ? "unversioned" : options.tool_version);
    if (!options.author.empty()) document_.creators.push_back(to_spdx_actor(options.author));
    document_.creators.push_back(document_.annotator);
  }

  SpdxDocument make() {
    const Subject& subject = inventory_.subject;
    document_.version = "SPDX-2.3";
    document_.name = subject.name.empty() ? "unnamed" : subject.name;
    document_.name_space = "https://spdx.org/spdxdocs/" + plain_name(document_.name) + "-";
    document_.describes = {std::string(root_id)};
    relate(spdx_document_id, "DESCRIBES", root_id);
    add_root(subject);
    if (inventory_.distribution) add_system(*inventory_.distribution);
    for (std::size_t i = 0; i < inventory_.packages.size(); ++i) add_package(i);
    for (const Relation& relation : inventory_.relations) add_relation(relation);
    for (const Remark& remark : inventory_.remarks) {
      annotate(document_.annotations, {{"remark-path", remark.path}, {"remark", remark.message}});
    }
    for (auto& [id, name] : extracted_) document_.extracted.push_back({id, name, name});
    return std::move(document_);
  }

 private:
  void relate(std::string_view from, std::string_view type, std::string_view to,
              std::string comment = {}) {
    document_.relationships.push_back({from, std::string(type), to, std::move(comment)});
  }

  static void annotate(std::vector<std::string>& list, const std::vector<Fact>& facts) {
    if (!facts.empty()) list.push_back(to_lines(facts));
  }

  void add_root(const Subject& subject) {
    SpdxPackage root{.id = std::string(root_id),
                     .name = document_.name,
                     .version = subject.version,
                     .purpose = subject.kind == SubjectKind::image  ? "CONTAINER"
                                : subject.kind == SubjectKind::file ? "FILE"
                                                                    : "OTHER"};
    if (subject.manifest) {
      const bool is_short = subject.manifest->algorithm() == HashAlgorithm::sha256;
      root.checksums.push_back({is_short ? "SHA256" : "SHA512", subject.manifest->hex()});
    }
    const std::string purl = image_purl(subject);
    if (!purl.empty()) root.refs.push_back({"PACKAGE-MANAGER", "purl", purl});
    annotate(root.annotations, facts_of(subject));
    document_.packages.push_back(std::move(root));
  }

  void add_system(const Distribution& distribution) {
    SpdxPackage system{.id = std::string(system_id),
                       .name = distribution.id,
                       .version = distribution.version_id,
                       .homepage = distribution.home_url,
                       .description = distribution.pretty_name,
                       .purpose = "OPERATING_SYSTEM"};
    if (distribution.cpe.starts_with("cpe:2.3:")) {
      system.refs.push_back({"SECURITY", "cpe23Type", distribution.cpe});
    }
    annotate(system.annotations, facts_of(distribution));
    document_.packages.push_back(std::move(system));
    relate(root_id, "CONTAINS", system_id);
  }

  void add_package(std::size_t index) {
    const Package& package = inventory_.packages[index];
    SpdxPackage made{
        .id = std::string(ids_[index]),
        .name = package.name,
        .version = package.version,
        .supplier = package.supplier.empty() ? std::string() : to_spdx_actor(package.supplier),
        .download = is_uri(package.download) ? package.download : std::string(),
        .homepage = is_uri(package.homepage) ? package.homepage : std::string(),
        .description = package.description,
        .purpose = package.type == PackageType::generic ? "APPLICATION" : "LIBRARY"};
    if (package.name_space.starts_with('@')) made.name = package.name_space + "/" + package.name;
    made.originator = made.supplier;
    add_terms(made, package);
    add_deployed(made, package);
    for (const std::string& cpe : package.cpes) made.refs.push_back({"SECURITY", "cpe23Type", cpe});
    if (!package.purl.empty()) made.refs.push_back({"PACKAGE-MANAGER", "purl", package.purl});
    if (!package.source_name.empty()) {
      made.source_info = "built package from: " + package.source_name;
      const std::string& version =
          package.source_version.empty() ? package.version : package.source_version;
      if (!version.empty()) made.source_info += " " + version;
    }
    std::vector<Fact> facts = facts_of(package, inventory_.subject);
    if (from_spdx_actor(made.supplier) != package.supplier) {
      facts.push_back({"supplier", package.supplier});
    }
    if (made.download != package.download) facts.push_back({"download", package.download});
    if (made.homepage != package.homepage) facts.push_back({"homepage", package.homepage});
    annotate(made.annotations, facts);
    const bool is_of_system = inventory_.distribution && is_distribution_type(package.type);
    relate(is_of_system ? system_id : root_id, "CONTAINS", ids_[index]);
    document_.packages.push_back(std::move(made));
  }

  void add_terms(SpdxPackage& made, const Package& package) {
    const LicenseTerms terms = license_terms(package);
    made.license_declared = terms.declared;
    made.license_concluded = terms.concluded;
    for (const LicenseClaim& claim : package.licenses) {
      for (const std::string& ref : license_refs(claim.expression)) {
        const std::string& name = claim.written.empty() ? ref : claim.written;
        extracted_.emplace(ref, name);
      }
    }
  }

  static void add_deployed(SpdxPackage& made, const Package& package) {
    const Deployed deployed = deployed_of(package);
    made.file_name = deployed.file_name;
    if (deployed.is_executable) made.purposes.emplace_back("executable");
    if (deployed.is_archive) made.purposes.emplace_back("archive");
    made.purposes.emplace_back(deployed.is_structured ? "container" : "firmware");
    for (const PackageHash& hash : package.hashes) {
      const std::string algorithm = spdx_algorithm(hash);
      if (!algorithm.empty()) made.checksums.push_back({algorithm, hash.hex});
    }
  }

  void add_relation(const Relation& relation) {
    const std::string_view from = ids_[relation.from];
    const std::string_view to = ids_[relation.to];
    switch (relation.kind) {
      case RelationKind::depends_on:
        relate(from, "DEPENDS_ON", to);
        document_.relationships.back().is_complete =
            inventory_.packages[relation.from].knows_all_dependencies;
        break;
      case RelationKind::contains:
        relate(from, "CONTAINS", to);
        break;
      case RelationKind::owned_by:
      case RelationKind::described_by:
        relate(from, "OTHER", to, std::string(to_string(relation.kind)));
        break;
    }
  }

  const Inventory& inventory_;
  std::vector<std::string_view> ids_;
  SpdxDocument document_;
  std::map<std::string, std::string> extracted_;
};

}  // namespace

SpdxDocument to_spdx(const Inventory& inventory, const WriteOptions& options) {
  return SpdxMaker(inventory, options).make();
}

}  // namespace lade::sbom

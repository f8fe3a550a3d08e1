#include <algorithm>
#include <unordered_map>

#include "libimage/base/text.h"
#include "sbom/format/deployed.h"
#include "sbom/format/facts.h"
#include "sbom/format/identity.h"
#include "sbom/format/license_terms.h"
#include "sbom/format/party.h"
#include "sbom/format/spdx_document.h"
#include "sbom/model/purl.h"

// An inventory from SPDX of whatever maker. What Lade put into annotations is taken first; where
// there is none, fields of SPDX and the habits of syft and Trivy tell what they can.
namespace lade::sbom {
namespace {

/// "LayerDiffID: sha256:…" in annotations or attributions, as Trivy writes it.
std::string trivy_value(const SpdxPackage& package, std::string_view name) {
  const std::string prefix = std::string(name) + ": ";
  for (const std::string& annotation : package.annotations) {
    if (annotation.starts_with(prefix)) return annotation.substr(prefix.size());
  }
  for (const std::string& text : package.attributions) {
    if (text.starts_with(prefix)) return text.substr(prefix.size());
  }
  return {};
}

template <class Target>
bool apply_facts(Target& target, const std::vector<std::string>& annotations) {
  bool is_any = false;
  for (const std::string& annotation : annotations) {
    for (const Fact& fact : facts_in(annotation)) {
      apply_fact(target, fact.name, fact.value);
      is_any = true;
    }
  }
  return is_any;
}

std::string hyphenless(std::string text) {
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

std::string purl_of_refs(const SpdxPackage& package) {
  for (const SpdxExternalRef& ref : package.refs) {
    if (ref.type == "purl") return ref.locator;
  }
  return {};
}

class SpdxTaker {
 public:
  explicit SpdxTaker(const SpdxDocument& document) : document_(document) {}

  Inventory take() {
    for (const SpdxExtracted& license : document_.extracted) written_[license.id] = license.name;
    const std::string root = find_root();
    inventory_.subject.name = document_.name;
    for (const SpdxPackage& package : document_.packages) {
      if (package.id == root) take_root(package);
    }
    for (const SpdxPackage& package : document_.packages) {
      if (package.id == root) continue;
      if (hyphenless(package.purpose) == "OPERATING_SYSTEM") {
        take_system(package);
      } else if (trivy_value(package, "Class") != "lang-pkgs" || !package.version.empty()) {
        take_package(package);
      }
    }
    for (const SpdxRelationship& relationship : document_.relationships) relate(relationship);
    for (const std::string& annotation : document_.annotations) take_remark(annotation);
    complete(inventory_);
    return std::move(inventory_);
  }

 private:
  /// The package that the document is about, unless that is one like the others.
  std::string find_root() const {
    std::vector<std::string> described = document_.describes;
    for (const SpdxRelationship& relationship : document_.relationships) {
      if (relationship.type == "DESCRIBES" && relationship.from == spdx_document_id) {
        described.emplace_back(relationship.to);
      }
      if (relationship.type == "DESCRIBED_BY" && relationship.to == spdx_document_id) {
        described.emplace_back(relationship.from);
      }
    }
    for (const SpdxPackage& package : document_.packages) {
      if (std::find(described.begin(), described.end(), package.id) == described.end()) continue;
      const auto purl = Purl::parse(purl_of_refs(package));
      const bool is_ordinary = purl && find_package_type(purl->type);
      if (package.purpose == "CONTAINER" || !is_ordinary) return package.id;
    }
    return {};
  }

  void take_root(const SpdxPackage& package) {
    Subject& subject = inventory_.subject;
    subject.name = package.name;
    subject.version = package.version;
    apply_facts(subject, package.annotations);
    for (const SpdxChecksum& checksum : package.checksums) {
      if (subject.manifest || package.purpose != "CONTAINER") continue;
      subject.manifest =
          Digest::try_parse(plain_algorithm(checksum.algorithm) + ":" + checksum.value);
    }
  }

  void take_system(const SpdxPackage& package) {
    Distribution distribution{.id = package.name, .version_id = package.version};
    apply_facts(distribution, package.annotations);
    inventory_.distribution = std::move(distribution);
  }

  void take_package(const SpdxPackage& from) {
    Package package{.name = from.name, .version = from.version};
    const std::string purl = purl_of_refs(from);
    if (!purl.empty()) take_purl(package, purl);
    package.supplier = from_spdx_actor(from.supplier.empty() ? from.originator : from.supplier);
    package.homepage = from.homepage;
    package.download = from.download;
    package.description = from.description.empty() ? from.summary : from.description;
    package.file_name = from.file_name;
    for (const SpdxChecksum& checksum : from.checksums) {
      package.hashes.push_back({plain_algorithm(checksum.algorithm), to_lower(checksum.value)});
    }
    for (const SpdxExternalRef& ref : from.refs) {
      if (ref.type == "cpe23Type") package.cpes.push_back(ref.locator);
    }
    if (!apply_facts(package, from.annotations)) take_habits(package, from);
    const std::size_t dash = from.id.rfind('-');
    const std::string id = from.id.substr(dash == std::string::npos ? 0 : dash + 1);
    if (id.size() == 16 && is_hex(id)) package.id = id;
    places_.emplace(from.id, inventory_.packages.size());
    inventory_.packages.push_back(std::move(package));
  }

  /// What a document that is not Lade's says in its own ways.
  void take_habits(Package& package, const SpdxPackage& from) {
    add_claim(package, from.license_declared, LicenseEvidence::declared);
    if (from.license_concluded != from.license_declared) {
      add_claim(package, from.license_concluded, LicenseEvidence::text);
    }
    constexpr std::string_view built = "built package from: ";
    if (from.source_info.starts_with(built) && package.source_name.empty()) {
      const std::string source = from.source_info.substr(built.size());
      const std::size_t blank = source.find(' ');
      package.source_name = source.substr(0, blank);
      if (blank != std::string::npos) package.source_version = source.substr(blank + 1);
    }
    const auto diff_id = Digest::try_parse(trivy_value(from, "LayerDiffID"));
    std::string path = trivy_value(from, "FilePath");
    const std::size_t acquired = from.source_info.rfind(": /");
    if (path.empty() && from.source_info.starts_with("acquired") && acquired != std::string::npos) {
      path = from.source_info.substr(acquired + 3);
    }
    if (path.empty()) return;
    Location location{.path = std::move(path)};
    if (diff_id) location.layer = layer_of_diff_id(inventory_.subject, *diff_id);
    package.introduced_layer = package.changed_layer = location.layer;
    package.locations.push_back(std::move(location));
  }

  void add_claim(Package& package, const std::string& written, LicenseEvidence evidence) const {
    if (written.empty()) return;
    LicenseClaim claim{.expression = expression_for(written), .evidence = evidence};
    const auto name = written_.find(claim.expression);
    if (name != written_.end()) claim.written = name->second;
    if (claim.expression != written) claim.written = written;
    package.licenses.push_back(std::move(claim));
  }

  void relate(const SpdxRelationship& relationship) {
    const auto from = places_.find(std::string(relationship.from));
    const auto to = places_.find(std::string(relationship.to));
    if (from == places_.end() || to == places_.end()) return;
    const auto add = [&](auto first, auto second, RelationKind kind) {
      inventory_.relations.push_back({first->second, second->second, kind});
    };
    const std::string& type = relationship.type;
    const std::string& comment = relationship.comment;
    if (type == "DEPENDS_ON" || type == "HAS_PREREQUISITE") add(from, to, RelationKind::depends_on);
    if (type == "DEPENDENCY_OF" || type == "RUNTIME_DEPENDENCY_OF" || type == "PREREQUISITE_FOR") {
      add(to, from, RelationKind::depends_on);
    }
    if (type == "CONTAINS") add(from, to, RelationKind::contains);
    if (type == "CONTAINED_BY") add(to, from, RelationKind::contains);
    if (type != "OTHER") return;
    if (comment == "owned-by") add(from, to, RelationKind::owned_by);
    if (comment == "described-by") add(from, to, RelationKind::described_by);
    // syft's, from the owner to what it owns
    if (comment.starts_with("ownership-by-file-overlap")) add(to, from, RelationKind::owned_by);
  }

  void take_remark(const std::string& annotation) {
    Remark remark;
    for (const Fact& fact : facts_in(annotation)) {
      if (fact.name == "remark-path") remark.path = fact.value;
      if (fact.name == "remark") remark.message = fact.value;
    }
    if (!remark.path.empty() || !remark.message.empty()) {
      inventory_.remarks.push_back(std::move(remark));
    }
  }

  const SpdxDocument& document_;
  std::unordered_map<std::string, std::string> written_;
  std::unordered_map<std::string, std::size_t> places_;
  Inventory inventory_;
};

}  // namespace

Inventory from_spdx(const SpdxDocument& document) { return SpdxTaker(document).take(); }

}  // namespace lade::sbom

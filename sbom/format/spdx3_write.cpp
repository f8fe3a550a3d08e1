#include <fmt/format.h>

#include <map>

#include "sbom/format/identity.h"
#include "sbom/format/json_writer.h"
#include "sbom/format/license_terms.h"
#include "sbom/format/party.h"
#include "sbom/format/spdx_document.h"

// SPDX 3.0.1 as JSON-LD: one graph of elements, each with an IRI in the document's namespace. What
// fields of packages were in SPDX 2 are elements here: agents, licence expressions, the file that a
// package came as; relationships of one kind from one element are one element.
namespace lade::sbom {
namespace {

constexpr std::string_view sbom_id = "SPDXRef-SBOM";

/// "OPERATING_SYSTEM" as "operatingSystem".
std::string camel_case(std::string_view upper) {
  std::string text;
  bool is_next_upper = false;
  for (const char c : upper) {
    if (c == '_' || c == '-') {
      is_next_upper = true;
    } else {
      text += is_next_upper || c < 'A' || c > 'Z' ? c : static_cast<char>(c - 'A' + 'a');
      is_next_upper = false;
    }
  }
  return text;
}

/// "SHA3-256" as "sha3_256", "BLAKE2b-256" as "blake2b256".
std::string algorithm_name(std::string_view spdx2) {
  std::string text;
  for (const char c : spdx2) {
    if (c == '-') {
      if (spdx2.starts_with("SHA3")) text += '_';
    } else {
      text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return text;
}

class Spdx3Writer {
 public:
  explicit Spdx3Writer(const SpdxDocument& document)
      : document_(document),
        space_(document.name_space + uuid_of(write_spdx_json(document)) + "#") {
    for (const SpdxPackage& package : document.packages) {
      for (const std::string& actor : {package.supplier, package.originator}) {
        if (!actor.empty()) number(agents_, actor);
      }
      for (const std::string& license : {package.license_declared, package.license_concluded}) {
        if (!license.empty()) number(licenses_, license);
      }
    }
    for (const std::string& creator : document.creators) number(agents_, creator);
    renumber(agents_);
    renumber(licenses_);
  }

  std::string write() {
    json_.open_object();
    json_.member("@context", "https://spdx.org/rdf/3.0.1/spdx-context.jsonld");
    json_.key("@graph");
    json_.open_array();
    write_creation();
    for (const auto& [actor, index] : agents_) write_agent(actor, index);
    write_document();
    for (const SpdxPackage& package : document_.packages) write_package(package);
    for (const auto& [expression, index] : licenses_) write_license(expression, index);
    for (const SpdxExtracted& license : document_.extracted) write_text(license);
    write_terms();
    write_relationships();
    for (const SpdxPackage& package : document_.packages) {
      for (const std::string& annotation : package.annotations) {
        write_annotation(package.id, annotation);
      }
    }
    for (const std::string& annotation : document_.annotations) {
      write_annotation(spdx_document_id, annotation);
    }
    json_.close_array();
    json_.close_object();
    return std::move(json_).finish();
  }

 private:
  using Numbers = std::map<std::string, std::size_t>;
  static void number(Numbers& numbers, const std::string& key) { numbers.emplace(key, 0); }
  static void renumber(Numbers& numbers) {
    std::size_t next = 0;
    for (auto& [key, index] : numbers) index = next++;
  }

  std::string iri(std::string_view id) const { return space_ + std::string(id); }
  std::string agent_iri(const std::string& actor) const {
    return iri(fmt::format("Agent-{}", agents_.at(actor)));
  }
  std::string license_iri(const std::string& expression) const {
    return iri(fmt::format("License-{}", licenses_.at(expression)));
  }

  /// Opens an element; `close_object` ends it.
  void open(std::string_view type, const std::string& element) {
    json_.open_object();
    json_.member("type", type);
    json_.member("spdxId", element);
    json_.member("creationInfo", "_:creationInfo");
  }

  void list(std::string_view key, const std::vector<std::string>& values) {
    json_.strings_unless_empty(key, values);
  }

  void write_creation() {
    std::vector<std::string> by;
    std::vector<std::string> tools;
    for (const std::string& creator : document_.creators) {
      (creator.starts_with("Tool:") ? tools : by).push_back(agent_iri(creator));
    }
    // somebody has to have made it: where nobody says who, the tool did
    if (by.empty()) by.push_back(iri("Agent-self"));
    json_.open_object();
    json_.member("type", "CreationInfo");
    json_.member("@id", "_:creationInfo");
    json_.member("specVersion", "3.0.1");
    json_.member("created", document_.created);
    list("createdBy", by);
    list("createdUsing", tools);
    json_.close_object();
    if (by.front() != iri("Agent-self")) return;
    open("SoftwareAgent", by.front());
    json_.member("name", from_spdx_actor(document_.creators.front()));
    json_.close_object();
  }

  void write_agent(const std::string& actor, std::size_t index) {
    const bool is_tool = actor.starts_with("Tool:");
    open(is_tool                        ? "Tool"
         : actor.starts_with("Person:") ? "Person"
                                        : "Organization",
         iri(fmt::format("Agent-{}", index)));
    const Party party = parse_party(from_spdx_actor(actor));
    json_.member("name", party.name);
    const std::string& address = party.email.empty() ? party.url : party.email;
    if (!address.empty()) {
      json_.key("externalIdentifier");
      json_.open_array();
      write_identifier(party.email.empty() ? "urlScheme" : "email", address);
      json_.close_array();
    }
    json_.close_object();
  }

  void write_identifier(std::string_view type, std::string_view identifier) {
    json_.open_object();
    json_.member("type", "ExternalIdentifier");
    json_.member("externalIdentifierType", type);
    json_.member("identifier", identifier);
    json_.close_object();
  }

  void write_document() {
    open("SpdxDocument", iri(spdx_document_id));
    json_.member("name", document_.name);
    list("profileConformance", {"core", "software", "simpleLicensing"});
    list("rootElement", {iri(sbom_id)});
    json_.member("dataLicense", "https://spdx.org/licenses/CC0-1.0");
    json_.close_object();
    open("software_Sbom", iri(sbom_id));
    json_.member("name", document_.name);
    list("profileConformance", {"core", "software", "simpleLicensing"});
    list("software_sbomType", {"analyzed"});
    std::vector<std::string> roots;
    for (const std::string& id : document_.describes) roots.push_back(iri(id));
    list("rootElement", roots);
    std::vector<std::string> elements;
    for (const SpdxPackage& package : document_.packages) elements.push_back(iri(package.id));
    list("element", elements);
    json_.close_object();
  }

  void write_package(const SpdxPackage& package) {
    open("software_Package", iri(package.id));
    json_.member("name", package.name);
    json_.member_unless_empty("description", package.description);
    if (!package.supplier.empty()) json_.member("suppliedBy", agent_iri(package.supplier));
    if (!package.originator.empty()) list("originatedBy", {agent_iri(package.originator)});
    json_.member_unless_empty("software_packageVersion", package.version);
    json_.member_unless_empty("software_downloadLocation", package.download);
    json_.member_unless_empty("software_homePage", package.homepage);
    json_.member_unless_empty("software_sourceInfo", package.source_info);
    json_.member_unless_empty("software_primaryPurpose", camel_case(package.purpose));
    write_identifiers(package);
    write_hashes(package.checksums);
    json_.close_object();
    if (package.file_name.empty()) return;
    open("software_File", iri(package.id + "-file"));
    json_.member("name", package.file_name);
    list("software_additionalPurpose", package.purposes);
    write_hashes(package.checksums);
    json_.close_object();
  }

  void write_identifiers(const SpdxPackage& package) {
    if (package.refs.empty()) return;
    for (const SpdxExternalRef& ref : package.refs) {
      if (ref.type == "purl") json_.member("software_packageUrl", ref.locator);
    }
    json_.key("externalIdentifier");
    json_.open_array();
    for (const SpdxExternalRef& ref : package.refs) {
      write_identifier(ref.type == "purl"        ? "packageUrl"
                       : ref.type == "cpe23Type" ? "cpe23"
                                                 : "other",
                       ref.locator);
    }
    json_.close_array();
  }

  void write_hashes(const std::vector<SpdxChecksum>& checksums) {
    if (checksums.empty()) return;
    json_.key("verifiedUsing");
    json_.open_array();
    for (const SpdxChecksum& checksum : checksums) {
      json_.open_object();
      json_.member("type", "Hash");
      json_.member("algorithm", algorithm_name(checksum.algorithm));
      json_.member("hashValue", checksum.value);
      json_.close_object();
    }
    json_.close_array();
  }

  void write_license(const std::string& expression, std::size_t index) {
    open("simplelicensing_LicenseExpression", iri(fmt::format("License-{}", index)));
    json_.member("simplelicensing_licenseExpression", expression);
    const std::vector<std::string> refs = license_refs(expression);
    if (!refs.empty()) {
      json_.key("simplelicensing_customIdToUri");
      json_.open_array();
      for (const std::string& ref : refs) {
        json_.open_object();
        json_.member("type", "DictionaryEntry");
        json_.member("key", ref);
        json_.member("value", iri(ref));
        json_.close_object();
      }
      json_.close_array();
    }
    json_.close_object();
  }

  void write_text(const SpdxExtracted& license) {
    open("simplelicensing_SimpleLicensingText", iri(license.id));
    json_.member("name", license.name);
    json_.member("simplelicensing_licenseText", license.text);
    json_.close_object();
  }

  void write_relationship(const std::string& from, std::string_view type,
                          const std::vector<std::string>& to, std::string_view comment,
                          std::optional<bool> is_complete) {
    open("Relationship", iri(fmt::format("Relationship-{}", relationships_++)));
    json_.member_unless_empty("comment", comment);
    json_.member("from", from);
    json_.member("relationshipType", type);
    list("to", to);
    if (is_complete) json_.member("completeness", *is_complete ? "complete" : "incomplete");
    json_.close_object();
  }

  void write_terms() {
    for (const SpdxPackage& package : document_.packages) {
      const std::string from = iri(package.id);
      if (!package.license_declared.empty()) {
        write_relationship(from, "hasDeclaredLicense", {license_iri(package.license_declared)}, "",
                           std::nullopt);
      }
      if (!package.license_concluded.empty()) {
        write_relationship(from, "hasConcludedLicense", {license_iri(package.license_concluded)},
                           "", std::nullopt);
      }
      if (!package.file_name.empty()) {
        write_relationship(from, "hasDistributionArtifact", {from + "-file"}, "", std::nullopt);
      }
    }
  }

  void write_relationships() {
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>,
             const SpdxRelationship*>
        firsts;
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>,
             std::vector<std::string>>
        groups;
    for (const SpdxRelationship& relationship : document_.relationships) {
      if (relationship.from == spdx_document_id) continue;
      const auto key = std::tuple(relationship.from, std::string_view(relationship.type),
                                  std::string_view(relationship.comment));
      firsts.emplace(key, &relationship);
      groups[key].push_back(iri(relationship.to));
    }
    for (const auto& [key, to] : groups) {
      const SpdxRelationship& first = *firsts.at(key);
      write_relationship(iri(first.from), camel_case(first.type), to, first.comment,
                         first.is_complete);
    }
  }

  void write_annotation(std::string_view subject, const std::string& annotation) {
    open("Annotation", iri(fmt::format("Annotation-{}", annotations_++)));
    json_.member("annotationType", "other");
    json_.member("subject", iri(subject));
    json_.member("statement", annotation);
    json_.close_object();
  }

  const SpdxDocument& document_;
  std::string space_;
  Numbers agents_;
  Numbers licenses_;
  std::size_t relationships_ = 0;
  std::size_t annotations_ = 0;
  JsonWriter json_;
};

}  // namespace

std::string write_spdx3(const SpdxDocument& document) { return Spdx3Writer(document).write(); }

}  // namespace lade::sbom

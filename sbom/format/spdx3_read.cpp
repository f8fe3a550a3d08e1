#include <unordered_map>

#include "libimage/base/error.h"
#include "sbom/format/deployed.h"
#include "sbom/format/party.h"
#include "sbom/format/spdx_read.h"

// SPDX 3.0 as JSON-LD. Elements are found by type and joined by their IRIs; an element that stands
// where it is referred to, instead of its IRI, is read as well.
namespace lade::sbom {
namespace {

std::string string_in(const Json& element, std::string_view key, std::string_view what) {
  return find_string(element, key, what).value_or(std::string());
}

std::string iri_of(const Json& element, std::string_view what) {
  const std::string id = string_in(element, "spdxId", what);
  return id.empty() ? string_in(element, "@id", what) : id;
}

/// The IRIs of a property: one or a list, elements or references.
std::vector<std::string> references(const Json& element, std::string_view key,
                                    std::string_view what) {
  std::vector<std::string> iris;
  const Json* value = find_member(element, key, what);
  if (value == nullptr) return iris;
  const auto add = [&](const Json& item) {
    if (item.is_string()) iris.push_back(item.get<std::string>());
    if (item.is_object()) iris.push_back(iri_of(item, what));
  };
  if (value->is_array()) {
    for (const Json& item : *value) add(item);
  } else {
    add(*value);
  }
  return iris;
}

/// "operatingSystem" as "OPERATING_SYSTEM".
std::string upper_snake(std::string_view camel) {
  std::string text;
  for (const char c : camel) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (is_upper) text += '_';
    text += is_upper || c < 'a' || c > 'z' ? c : static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// What follows the namespace of an IRI.
std::string local_id(const std::string& iri) {
  const std::size_t hash = iri.find('#');
  return hash == std::string::npos ? iri : iri.substr(hash + 1);
}

std::string spdx2_algorithm(const std::string& name) {
  if (name.starts_with("sha3_")) return "SHA3-" + name.substr(5);
  if (name.starts_with("blake2b")) return "BLAKE2b-" + name.substr(7);
  return upper_snake(name);
}

class Spdx3Reader {
 public:
  Spdx3Reader(const Json& json, std::string_view what) : what_(what) {
    const Json* graph = find_array(json, "@graph", what);
    if (graph == nullptr) {
      fail(ErrorKind::invalid, "{}: SPDX 3 without a list \"@graph\"", what);
    }
    for (const Json& element : *graph) {
      if (!element.is_object()) {
        fail(ErrorKind::invalid, "{}: what is in \"@graph\" must be objects, got {}", what,
             element.type_name());
      }
      elements_.push_back(&element);
      const std::string iri = iri_of(element, what);
      if (!iri.empty()) by_iri_.emplace(iri, &element);
    }
  }

  SpdxDocument read() {
    for (const Json* element : elements_) read_head(*element, type_of(*element));
    for (const Json* element : elements_) {
      if (type_of(*element) == "software_Package") read_package(*element);
    }
    for (const Json* element : elements_) read_link(*element, type_of(*element));
    for (const std::string& root : roots_) {
      const Json* element = find_element(root);
      if (element != nullptr && type_of(*element) == "software_Package") {
        document_.describes.push_back(local_id(root));
      }
      if (element == nullptr || type_of(*element) != "software_Sbom") continue;
      for (const std::string& inner : references(*element, "rootElement", what_)) {
        document_.describes.push_back(local_id(inner));
      }
    }
    return std::move(document_);
  }

 private:
  std::string type_of(const Json& element) const { return string_in(element, "type", what_); }

  const Json* find_element(const std::string& iri) const {
    const auto found = by_iri_.find(iri);
    return found == by_iri_.end() ? nullptr : found->second;
  }

  /// An agent as SPDX 2 writes it.
  std::string actor(const std::string& iri) const {
    const Json* agent = find_element(iri);
    if (agent == nullptr) return {};
    const std::string type = type_of(*agent);
    Party party{.name = string_in(*agent, "name", what_)};
    for (const auto& [kind, identifier] : identifiers(*agent)) {
      if (kind == "email") party.email = identifier;
      if (kind == "urlScheme") party.url = identifier;
    }
    if (type == "Tool" || type == "SoftwareAgent") return "Tool: " + party.name;
    const std::string prefix = type == "Person" ? "Person: " : "Organization: ";
    const std::string& address = party.email.empty() ? party.url : party.email;
    const bool has_address = !address.empty() && address != party.name;
    return prefix + party.name + (has_address ? " (" + address + ")" : "");
  }

  std::vector<std::pair<std::string, std::string>> identifiers(const Json& element) const {
    std::vector<std::pair<std::string, std::string>> list;
    const Json* items = find_array(element, "externalIdentifier", what_);
    if (items == nullptr) return list;
    for (const Json& item : *items) {
      if (!item.is_object()) continue;
      list.emplace_back(string_in(item, "externalIdentifierType", what_),
                        string_in(item, "identifier", what_));
    }
    return list;
  }

  void read_head(const Json& element, const std::string& type) {
    if (type == "CreationInfo" && document_.created.empty()) {
      const std::string version = string_in(element, "specVersion", what_);
      if (!version.starts_with("3.")) {
        fail(ErrorKind::unsupported, "{} is SPDX {}; read are SPDX-2.2, SPDX-2.3 and 3.0", what_,
             version);
      }
      document_.version = version;
      document_.created = string_in(element, "created", what_);
      for (const std::string_view key : {"createdBy", "createdUsing"}) {
        for (const std::string& iri : references(element, key, what_)) {
          document_.creators.push_back(actor(iri));
        }
      }
    }
    if (type == "SpdxDocument") {
      document_.name = string_in(element, "name", what_);
      document_iri_ = iri_of(element, what_);
      document_.name_space = document_iri_.substr(0, document_iri_.find('#'));
      roots_ = references(element, "rootElement", what_);
    }
    if (type == "simplelicensing_SimpleLicensingText" ||
        type == "expandedlicensing_CustomLicense") {
      document_.extracted.push_back({local_id(iri_of(element, what_)),
                                     string_in(element, "name", what_),
                                     string_in(element, "simplelicensing_licenseText", what_)});
    }
  }

  void read_package(const Json& element) {
    const std::string iri = iri_of(element, what_);
    SpdxPackage package{
        .id = local_id(iri),
        .name = get_string(element, "name", what_),
        .version = string_in(element, "software_packageVersion", what_),
        .download = asserted(string_in(element, "software_downloadLocation", what_)),
        .homepage = string_in(element, "software_homePage", what_),
        .source_info = string_in(element, "software_sourceInfo", what_),
        .description = string_in(element, "description", what_),
        .summary = string_in(element, "summary", what_),
        .purpose = upper_snake(string_in(element, "software_primaryPurpose", what_))};
    for (const std::string& agent : references(element, "suppliedBy", what_)) {
      package.supplier = actor(agent);
    }
    for (const std::string& agent : references(element, "originatedBy", what_)) {
      package.originator = actor(agent);
    }
    std::string purl = string_in(element, "software_packageUrl", what_);
    for (const auto& [kind, identifier] : identifiers(element)) {
      if (kind == "cpe23") package.refs.push_back({"SECURITY", "cpe23Type", identifier});
      if (kind == "packageUrl" && purl.empty()) purl = identifier;
    }
    if (!purl.empty()) package.refs.push_back({"PACKAGE-MANAGER", "purl", purl});
    read_hashes(package, element);
    places_.emplace(iri, document_.packages.size());
    document_.packages.push_back(std::move(package));
  }

  void read_hashes(SpdxPackage& package, const Json& element) const {
    const Json* hashes = find_array(element, "verifiedUsing", what_);
    if (hashes == nullptr) return;
    for (const Json& hash : *hashes) {
      if (!hash.is_object() || type_of(hash) != "Hash") continue;
      package.checksums.push_back({spdx2_algorithm(string_in(hash, "algorithm", what_)),
                                   string_in(hash, "hashValue", what_)});
    }
  }

  void read_link(const Json& element, const std::string& type) {
    if (type == "Annotation") {
      const std::string subject = string_in(element, "subject", what_);
      const auto place = places_.find(subject);
      const std::string annotation = string_in(element, "statement", what_);
      if (place != places_.end()) {
        document_.packages[place->second].annotations.push_back(annotation);
      } else if (subject == document_iri_) {
        document_.annotations.push_back(annotation);
      }
    }
    if (type == "Relationship" || type == "LifecycleScopedRelationship") read_relationship(element);
  }

  void read_relationship(const Json& element) {
    const std::string from = string_in(element, "from", what_);
    const std::string type = string_in(element, "relationshipType", what_);
    const auto place = places_.find(from);
    for (const std::string& to : references(element, "to", what_)) {
      const bool is_declared = type == "hasDeclaredLicense";
      if (is_declared || type == "hasConcludedLicense") {
        if (place == places_.end()) continue;
        SpdxPackage& package = document_.packages[place->second];
        (is_declared ? package.license_declared : package.license_concluded) = expression(to);
      } else if (type == "hasDistributionArtifact") {
        const Json* file = find_element(to);
        if (place == places_.end() || file == nullptr) continue;
        document_.packages[place->second].file_name = string_in(*file, "name", what_);
      } else {
        document_.relationships.push_back({document_.keep(local_id(from)), upper_snake(type),
                                           document_.keep(local_id(to)),
                                           string_in(element, "comment", what_)});
      }
    }
  }

  /// Of an element, or of the licence list by its IRI.
  std::string expression(const std::string& iri) const {
    const Json* element = find_element(iri);
    if (element != nullptr) {
      return asserted(string_in(*element, "simplelicensing_licenseExpression", what_));
    }
    constexpr std::string_view listed = "https://spdx.org/licenses/";
    return iri.starts_with(listed) ? iri.substr(listed.size()) : std::string();
  }

  std::string_view what_;
  std::vector<const Json*> elements_;
  std::unordered_map<std::string, const Json*> by_iri_;
  std::unordered_map<std::string, std::size_t> places_;
  std::string document_iri_;
  std::vector<std::string> roots_;
  SpdxDocument document_;
};

}  // namespace

SpdxDocument read_spdx3(const Json& json, std::string_view what) {
  return Spdx3Reader(json, what).read();
}

}  // namespace lade::sbom

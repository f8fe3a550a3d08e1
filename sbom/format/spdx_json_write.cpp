#include "sbom/format/identity.h"
#include "sbom/format/json_writer.h"
#include "sbom/format/spdx_document.h"

namespace lade::sbom {
namespace {

constexpr std::string_view no_assertion = "NOASSERTION";
constexpr std::size_t bytes_per_package = 2000;
constexpr std::size_t bytes_per_relationship = 200;

std::string_view or_no_assertion(std::string_view text) {
  return text.empty() ? no_assertion : text;
}

void write_annotations(JsonWriter& json, const SpdxDocument& document,
                       const std::vector<std::string>& annotations) {
  if (annotations.empty()) return;
  json.key("annotations");
  json.open_array();
  for (const std::string& comment : annotations) {
    json.open_object();
    json.member("annotationDate", document.created);
    json.member("annotationType", "OTHER");
    json.member("annotator", document.annotator);
    json.member("comment", comment);
    json.close_object();
  }
  json.close_array();
}

void write_checksums(JsonWriter& json, const std::vector<SpdxChecksum>& checksums) {
  if (checksums.empty()) return;
  json.key("checksums");
  json.open_array();
  for (const SpdxChecksum& checksum : checksums) {
    json.open_object();
    json.member("algorithm", checksum.algorithm);
    json.member("checksumValue", checksum.value);
    json.close_object();
  }
  json.close_array();
}

void write_refs(JsonWriter& json, const std::vector<SpdxExternalRef>& refs) {
  if (refs.empty()) return;
  json.key("externalRefs");
  json.open_array();
  for (const SpdxExternalRef& ref : refs) {
    json.open_object();
    json.member("referenceCategory", ref.category);
    json.member("referenceType", ref.type);
    json.member("referenceLocator", ref.locator);
    json.close_object();
  }
  json.close_array();
}

void write_package(JsonWriter& json, const SpdxDocument& document, const SpdxPackage& package) {
  json.open_object();
  json.member("name", package.name);
  json.member("SPDXID", package.id);
  json.member_unless_empty("versionInfo", package.version);
  json.member_unless_empty("packageFileName", package.file_name);
  json.member("supplier", or_no_assertion(package.supplier));
  json.member_unless_empty("originator", package.originator);
  json.member("downloadLocation", or_no_assertion(package.download));
  json.member("filesAnalyzed", false);
  json.member_unless_empty("homepage", package.homepage);
  json.member_unless_empty("sourceInfo", package.source_info);
  json.member("licenseConcluded", or_no_assertion(package.license_concluded));
  json.member("licenseDeclared", or_no_assertion(package.license_declared));
  json.member("copyrightText", no_assertion);
  json.member_unless_empty("description", package.description);
  json.member_unless_empty("primaryPackagePurpose", package.purpose);
  write_checksums(json, package.checksums);
  write_refs(json, package.refs);
  write_annotations(json, document, package.annotations);
  json.close_object();
}

void write_creation(JsonWriter& json, const SpdxDocument& document) {
  json.key("creationInfo");
  json.open_object();
  json.strings_unless_empty("creators", document.creators);
  json.member("created", document.created);
  json.close_object();
}

void write_extracted(JsonWriter& json, const std::vector<SpdxExtracted>& extracted) {
  if (extracted.empty()) return;
  json.key("hasExtractedLicensingInfos");
  json.open_array();
  for (const SpdxExtracted& license : extracted) {
    json.open_object();
    json.member("licenseId", license.id);
    json.member("name", license.name);
    json.member("extractedText", license.text);
    json.close_object();
  }
  json.close_array();
}

void write_relationships(JsonWriter& json, const std::vector<SpdxRelationship>& relationships) {
  json.key("relationships");
  json.open_array();
  for (const SpdxRelationship& relationship : relationships) {
    json.open_object();
    json.member("spdxElementId", relationship.from);
    json.member("relationshipType", relationship.type);
    json.member("relatedSpdxElement", relationship.to);
    json.member_unless_empty("comment", relationship.comment);
    json.close_object();
  }
  json.close_array();
}

}  // namespace

std::string write_spdx_json(const SpdxDocument& document) {
  JsonWriter json(document.packages.size() * bytes_per_package +
                  document.relationships.size() * bytes_per_relationship);
  json.open_object();
  json.member("spdxVersion", document.version);
  json.member("dataLicense", "CC0-1.0");
  json.member("SPDXID", spdx_document_id);
  json.member("name", document.name);
  json.member("documentNamespace", document.name_space + std::string(uuid_place));
  write_creation(json, document);
  json.key("packages");
  json.open_array();
  for (const SpdxPackage& package : document.packages) write_package(json, document, package);
  json.close_array();
  write_extracted(json, document.extracted);
  write_relationships(json, document.relationships);
  write_annotations(json, document, document.annotations);
  json.close_object();
  // line ends in texts are escaped, so no text can look like this
  return stamped(std::move(json).finish(), "\n \"documentNamespace\": \"" + document.name_space);
}

}  // namespace lade::sbom

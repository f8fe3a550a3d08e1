#include "sbom/format/cyclonedx_document.h"
#include "sbom/format/identity.h"
#include "sbom/format/json_writer.h"

namespace lade::sbom {
namespace {

constexpr std::size_t bytes_per_component = 3000;

void write_party(JsonWriter& json, std::string_view key, const Party& party) {
  if (party.name.empty()) return;
  json.key(key);
  json.open_object();
  json.member("name", party.name);
  if (!party.url.empty()) {
    json.key("url");
    json.open_array();
    json.value(party.url);
    json.close_array();
  }
  if (!party.email.empty()) {
    json.key("contact");
    json.open_array();
    json.open_object();
    json.member("email", party.email);
    json.close_object();
    json.close_array();
  }
  json.close_object();
}

void write_hashes(JsonWriter& json, const std::vector<CdxHash>& hashes) {
  if (hashes.empty()) return;
  json.key("hashes");
  json.open_array();
  for (const CdxHash& hash : hashes) {
    json.open_object();
    json.member("alg", hash.algorithm);
    json.member("content", hash.content);
    json.close_object();
  }
  json.close_array();
}

void write_licenses(JsonWriter& json, const std::vector<CdxLicense>& licenses) {
  if (licenses.empty()) return;
  json.key("licenses");
  json.open_array();
  for (const CdxLicense& license : licenses) {
    json.open_object();
    json.member("expression", license.value);
    json.member_unless_empty("acknowledgement", license.acknowledgement);
    json.close_object();
  }
  json.close_array();
}

void write_cdx_refs(JsonWriter& json, const std::vector<CdxReference>& references) {
  if (references.empty()) return;
  json.key("externalReferences");
  json.open_array();
  for (const CdxReference& reference : references) {
    json.open_object();
    json.member("type", reference.type);
    json.member("url", reference.url);
    write_hashes(json, reference.hashes);
    json.close_object();
  }
  json.close_array();
}

void write_properties(JsonWriter& json, const std::vector<CdxProperty>& properties) {
  if (properties.empty()) return;
  json.key("properties");
  json.open_array();
  for (const CdxProperty& property : properties) {
    json.open_object();
    json.member("name", property.name);
    json.member("value", property.value);
    json.close_object();
  }
  json.close_array();
}

void write_evidence(JsonWriter& json, const CdxComponent& component) {
  if (component.occurrences.empty() && component.found_licenses.empty()) return;
  json.key("evidence");
  json.open_object();
  if (!component.occurrences.empty()) {
    json.key("occurrences");
    json.open_array();
    for (const std::string& path : component.occurrences) {
      json.open_object();
      json.member("location", path);
      json.close_object();
    }
    json.close_array();
  }
  write_licenses(json, component.found_licenses);
  json.close_object();
}

void write_component(JsonWriter& json, const CdxComponent& component) {
  json.open_object();
  json.member_unless_empty("bom-ref", component.ref);
  json.member("type", component.type);
  write_party(json, "supplier", component.supplier);
  write_party(json, "manufacturer", component.manufacturer);
  json.member_unless_empty("publisher", component.publisher);
  json.member_unless_empty("group", component.group);
  json.member("name", component.name);
  json.member_unless_empty("version", component.version);
  json.member_unless_empty("description", component.description);
  json.member_unless_empty("scope", component.scope);
  write_hashes(json, component.hashes);
  write_licenses(json, component.licenses);
  json.member_unless_empty("cpe", component.cpe);
  json.member_unless_empty("purl", component.purl);
  write_cdx_refs(json, component.references);
  write_properties(json, component.properties);
  write_evidence(json, component);
  json.close_object();
}

void write_tools(JsonWriter& json, const std::vector<CdxComponent>& tools) {
  json.key("tools");
  json.open_object();
  json.key("components");
  json.open_array();
  for (const CdxComponent& tool : tools) write_component(json, tool);
  json.close_array();
  json.close_object();
}

void write_metadata(JsonWriter& json, const CdxDocument& document) {
  json.key("metadata");
  json.open_object();
  json.member("timestamp", document.timestamp);
  json.key("lifecycles");
  json.open_array();
  json.open_object();
  json.member("phase", "post-build");
  json.close_object();
  json.close_array();
  write_tools(json, document.tools);
  if (!document.author.name.empty()) {
    json.key("authors");
    json.open_array();
    json.open_object();
    json.member("name", document.author.name);
    json.member_unless_empty("email", document.author.email);
    json.close_object();
    json.close_array();
    if (document.version != "1.5") write_party(json, "manufacturer", document.author);
  }
  json.key("component");
  write_component(json, document.root);
  write_properties(json, document.properties);
  json.close_object();
}

void write_edges(JsonWriter& json, const CdxDocument& document) {
  json.key("dependencies");
  json.open_array();
  for (const CdxDependency& dependency : document.dependencies) {
    json.open_object();
    json.member("ref", dependency.ref);
    // said even if there are none: that is a statement, too
    json.key("dependsOn");
    json.open_array();
    for (const std::string& ref : dependency.depends_on) json.value(ref);
    json.close_array();
    json.close_object();
  }
  json.close_array();
  json.key("compositions");
  json.open_array();
  for (const CdxComposition& composition : document.compositions) {
    json.open_object();
    json.member("aggregate", composition.aggregate);
    json.strings_unless_empty("assemblies", composition.assemblies);
    json.strings_unless_empty("dependencies", composition.dependencies);
    json.close_object();
  }
  json.close_array();
}

void write_remarks(JsonWriter& json, const CdxDocument& document) {
  if (document.annotations.empty()) return;
  json.key("annotations");
  json.open_array();
  for (const CdxAnnotation& annotation : document.annotations) {
    json.open_object();
    json.key("subjects");
    json.open_array();
    json.value(document.root.ref);
    json.close_array();
    json.key("annotator");
    json.open_object();
    json.key("component");
    write_component(json, document.tools.front());
    json.close_object();
    json.member("timestamp", document.timestamp);
    json.member("text", annotation.text);
    json.close_object();
  }
  json.close_array();
}

}  // namespace

std::string write_cyclonedx_json(const CdxDocument& document) {
  JsonWriter json(document.components.size() * bytes_per_component);
  json.open_object();
  json.member("$schema", "http://cyclonedx.org/schema/bom-" + document.version + ".schema.json");
  json.member("bomFormat", "CycloneDX");
  json.member("specVersion", document.version);
  json.member("serialNumber", "urn:uuid:" + std::string(uuid_place));
  json.member("version", std::uint64_t{1});
  write_metadata(json, document);
  json.key("components");
  json.open_array();
  for (const CdxComponent& component : document.components) write_component(json, component);
  json.close_array();
  write_edges(json, document);
  write_remarks(json, document);
  json.close_object();
  return stamped(std::move(json).finish(), "\n \"serialNumber\": \"urn:uuid:");
}

}  // namespace lade::sbom

#include <algorithm>

#include "sbom/format/cyclonedx_document.h"
#include "sbom/format/identity.h"
#include "sbom/format/json_writer.h"

// The order of elements is the schema's (bom-1.6.xsd), whose types are sequences.
namespace lade::sbom {
namespace {

class XmlWriter {
 public:
  XmlWriter() : text_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  void open(std::string_view name, Attributes attributes = {}) {
    start(name, attributes);
    text_ += ">\n";
    ++depth_;
  }
  void close(std::string_view name) {
    --depth_;
    text_.append(2 * depth_, ' ');
    end(name);
  }
  void element(std::string_view name, std::string_view content, Attributes attributes = {}) {
    start(name, attributes);
    text_ += '>';
    escape(content);
    end(name);
  }
  void empty(std::string_view name, Attributes attributes) {
    start(name, attributes);
    text_ += "/>\n";
  }
  void element_unless_empty(std::string_view name, std::string_view content) {
    if (!content.empty()) element(name, content);
  }
  std::string take() { return std::move(text_); }

 private:
  void start(std::string_view name, Attributes attributes) {
    text_.append(2 * depth_, ' ');
    text_ += '<';
    text_ += name;
    for (const auto& [key, value] : attributes) {
      if (value.empty()) continue;
      text_ += ' ';
      text_ += key;
      text_ += "=\"";
      escape(value);
      text_ += '"';
    }
  }

  void end(std::string_view name) {
    text_ += "</";
    text_ += name;
    text_ += ">\n";
  }

  /// XML 1.0 has no place for control characters, not even escaped (2.2).
  void escape(std::string_view content) {
    const bool is_plain = std::none_of(content.begin(), content.end(), [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte < 0x20 || byte >= 0x80 || c == '&' || c == '<' || c == '>' || c == '"';
    });
    if (is_plain) {
      text_ += content;
      return;
    }
    for (const char c : with_valid_utf8(content)) escape(c);
  }

  void escape(char c) {
    if (c == '&') {
      text_ += "&amp;";
    } else if (c == '<') {
      text_ += "&lt;";
    } else if (c == '>') {
      text_ += "&gt;";
    } else if (c == '"') {
      text_ += "&quot;";
    } else if (c == '\n' || c == '\r' || c == '\t') {
      text_ += c == '\n' ? "&#10;" : c == '\r' ? "&#13;" : "&#9;";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      text_ += "\xEF\xBF\xBD";
    } else {
      text_ += c;
    }
  }

  std::string text_;
  std::size_t depth_ = 0;
};

void write_xml_party(XmlWriter& xml, std::string_view name, const Party& party) {
  if (party.name.empty()) return;
  xml.open(name);
  xml.element("name", party.name);
  xml.element_unless_empty("url", party.url);
  if (!party.email.empty()) {
    xml.open("contact");
    xml.element("email", party.email);
    xml.close("contact");
  }
  xml.close(name);
}

void write_xml_hashes(XmlWriter& xml, const std::vector<CdxHash>& hashes) {
  if (hashes.empty()) return;
  xml.open("hashes");
  for (const CdxHash& hash : hashes) xml.element("hash", hash.content, {{"alg", hash.algorithm}});
  xml.close("hashes");
}

void write_xml_licenses(XmlWriter& xml, const std::vector<CdxLicense>& licenses) {
  if (licenses.empty()) return;
  xml.open("licenses");
  for (const CdxLicense& license : licenses) {
    xml.element("expression", license.value, {{"acknowledgement", license.acknowledgement}});
  }
  xml.close("licenses");
}

void write_xml_refs(XmlWriter& xml, const std::vector<CdxReference>& references) {
  if (references.empty()) return;
  xml.open("externalReferences");
  for (const CdxReference& reference : references) {
    xml.open("reference", {{"type", reference.type}});
    xml.element("url", reference.url);
    write_xml_hashes(xml, reference.hashes);
    xml.close("reference");
  }
  xml.close("externalReferences");
}

void write_xml_properties(XmlWriter& xml, const std::vector<CdxProperty>& properties) {
  if (properties.empty()) return;
  xml.open("properties");
  for (const CdxProperty& property : properties) {
    xml.element("property", property.value, {{"name", property.name}});
  }
  xml.close("properties");
}

void write_xml_evidence(XmlWriter& xml, const CdxComponent& component) {
  if (component.occurrences.empty() && component.found_licenses.empty()) return;
  xml.open("evidence");
  if (!component.occurrences.empty()) {
    xml.open("occurrences");
    for (const std::string& path : component.occurrences) {
      xml.open("occurrence");
      xml.element("location", path);
      xml.close("occurrence");
    }
    xml.close("occurrences");
  }
  write_xml_licenses(xml, component.found_licenses);
  xml.close("evidence");
}

void write_xml_component(XmlWriter& xml, const CdxComponent& component) {
  xml.open("component", {{"type", component.type}, {"bom-ref", component.ref}});
  write_xml_party(xml, "supplier", component.supplier);
  write_xml_party(xml, "manufacturer", component.manufacturer);
  xml.element_unless_empty("publisher", component.publisher);
  xml.element_unless_empty("group", component.group);
  xml.element("name", component.name);
  xml.element_unless_empty("version", component.version);
  xml.element_unless_empty("description", component.description);
  xml.element_unless_empty("scope", component.scope);
  write_xml_hashes(xml, component.hashes);
  write_xml_licenses(xml, component.licenses);
  xml.element_unless_empty("cpe", component.cpe);
  xml.element_unless_empty("purl", component.purl);
  write_xml_refs(xml, component.references);
  write_xml_properties(xml, component.properties);
  write_xml_evidence(xml, component);
  xml.close("component");
}

void write_xml_metadata(XmlWriter& xml, const CdxDocument& document) {
  xml.open("metadata");
  xml.element("timestamp", document.timestamp);
  xml.open("lifecycles");
  xml.open("lifecycle");
  xml.element("phase", "post-build");
  xml.close("lifecycle");
  xml.close("lifecycles");
  xml.open("tools");
  xml.open("components");
  for (const CdxComponent& tool : document.tools) write_xml_component(xml, tool);
  xml.close("components");
  xml.close("tools");
  if (!document.author.name.empty()) {
    xml.open("authors");
    xml.open("author");
    xml.element("name", document.author.name);
    xml.element_unless_empty("email", document.author.email);
    xml.close("author");
    xml.close("authors");
  }
  write_xml_component(xml, document.root);
  if (document.version != "1.5") write_xml_party(xml, "manufacturer", document.author);
  write_xml_properties(xml, document.properties);
  xml.close("metadata");
}

void write_xml_dependencies(XmlWriter& xml, const std::vector<CdxDependency>& dependencies) {
  xml.open("dependencies");
  for (const CdxDependency& dependency : dependencies) {
    if (dependency.depends_on.empty()) {
      xml.empty("dependency", {{"ref", dependency.ref}});
      continue;
    }
    xml.open("dependency", {{"ref", dependency.ref}});
    for (const std::string& ref : dependency.depends_on) xml.empty("dependency", {{"ref", ref}});
    xml.close("dependency");
  }
  xml.close("dependencies");
}

void write_ref_list(XmlWriter& xml, std::string_view list, std::string_view item,
                    const std::vector<std::string>& refs) {
  if (refs.empty()) return;
  xml.open(list);
  for (const std::string& ref : refs) xml.empty(item, {{"ref", ref}});
  xml.close(list);
}

void write_xml_compositions(XmlWriter& xml, const std::vector<CdxComposition>& compositions) {
  xml.open("compositions");
  for (const CdxComposition& composition : compositions) {
    xml.open("composition");
    xml.element("aggregate", composition.aggregate);
    write_ref_list(xml, "assemblies", "assembly", composition.assemblies);
    write_ref_list(xml, "dependencies", "dependency", composition.dependencies);
    xml.close("composition");
  }
  xml.close("compositions");
}

void write_xml_remarks(XmlWriter& xml, const CdxDocument& document) {
  if (document.annotations.empty()) return;
  xml.open("annotations");
  for (const CdxAnnotation& annotation : document.annotations) {
    xml.open("annotation");
    write_ref_list(xml, "subjects", "subject", {document.root.ref});
    xml.open("annotator");
    write_xml_component(xml, document.tools.front());
    xml.close("annotator");
    xml.element("timestamp", document.timestamp);
    xml.element("text", annotation.text);
    xml.close("annotation");
  }
  xml.close("annotations");
}

}  // namespace

std::string write_cyclonedx_xml(const CdxDocument& document) {
  XmlWriter xml;
  xml.open("bom", {{"xmlns", "http://cyclonedx.org/schema/bom/" + document.version},
                   {"serialNumber", "urn:uuid:" + std::string(uuid_place)},
                   {"version", "1"}});
  write_xml_metadata(xml, document);
  xml.open("components");
  for (const CdxComponent& component : document.components) write_xml_component(xml, component);
  xml.close("components");
  write_xml_dependencies(xml, document.dependencies);
  write_xml_compositions(xml, document.compositions);
  write_xml_remarks(xml, document);
  xml.close("bom");
  return stamped(xml.take(), "serialNumber=\"urn:uuid:");
}

}  // namespace lade::sbom

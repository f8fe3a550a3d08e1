#include <fmt/format.h>

#include <pugixml.hpp>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/format/cyclonedx_document.h"

// pugixml expands no entities but XML's own, so a document cannot grow by being read. Namespace
// prefixes are cut off: whose elements they are, the root's namespace says.
namespace lade::sbom {
namespace {

constexpr int xml_depth_limit = 64;

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name.substr(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& item : node.children()) {
    if (local_name(item) == name) return item;
  }
  return {};
}

/// Calls `use` with each child of that name.
template <class Use>
void each_child(const pugi::xml_node& node, std::string_view name, Use&& use) {
  for (const pugi::xml_node& item : node.children()) {
    if (local_name(item) == name) use(item);
  }
}

std::string text_at(const pugi::xml_node& node, std::string_view name) {
  return child(node, name).text().get();
}

std::string attribute(const pugi::xml_node& node, const char* name) {
  return node.attribute(name).value();
}

Party xml_party(const pugi::xml_node& node) {
  const pugi::xml_node contact = child(node, "contact");
  Party party{.name = text_at(node, "name"),
              .email = text_at(contact, "email"),
              .url = text_at(node, "url")};
  if (party.name.empty()) party.name = text_at(contact, "name");
  return party;
}

std::vector<CdxHash> xml_hashes(const pugi::xml_node& node) {
  std::vector<CdxHash> hashes;
  each_child(child(node, "hashes"), "hash", [&](const pugi::xml_node& hash) {
    hashes.push_back({attribute(hash, "alg"), std::string(trim(hash.text().get()))});
  });
  return hashes;
}

std::vector<CdxLicense> xml_licenses(const pugi::xml_node& node) {
  using enum CdxLicense::Form;
  std::vector<CdxLicense> licenses;
  for (const pugi::xml_node& item : child(node, "licenses").children()) {
    const std::string acknowledgement = attribute(item, "acknowledgement");
    if (local_name(item) == "expression") {
      licenses.push_back({expression, item.text().get(), acknowledgement});
    } else if (local_name(item) == "license") {
      const bool is_id = !child(item, "id").empty();
      licenses.push_back(
          {is_id ? id : name, text_at(item, is_id ? "id" : "name"), acknowledgement});
    }
  }
  return licenses;
}

CdxComponent xml_component(const pugi::xml_node& node, std::string_view what) {
  CdxComponent component{.type = attribute(node, "type"),
                         .ref = attribute(node, "bom-ref"),
                         .group = text_at(node, "group"),
                         .name = text_at(node, "name"),
                         .version = text_at(node, "version"),
                         .supplier = xml_party(child(node, "supplier")),
                         .manufacturer = xml_party(child(node, "manufacturer")),
                         .author = text_at(node, "author"),
                         .publisher = text_at(node, "publisher"),
                         .description = text_at(node, "description"),
                         .scope = text_at(node, "scope"),
                         .hashes = xml_hashes(node),
                         .licenses = xml_licenses(node),
                         .cpe = text_at(node, "cpe"),
                         .purl = text_at(node, "purl")};
  if (component.name.empty()) {
    fail(ErrorKind::invalid, "{}: a component at byte {} has no name", what, node.offset_debug());
  }
  const Party author = xml_party(child(child(node, "authors"), "author"));
  if (component.author.empty()) component.author = author.name;
  each_child(child(node, "externalReferences"), "reference", [&](const pugi::xml_node& item) {
    component.references.push_back(
        {attribute(item, "type"), text_at(item, "url"), xml_hashes(item)});
  });
  each_child(child(node, "properties"), "property", [&](const pugi::xml_node& item) {
    component.properties.push_back({attribute(item, "name"), item.text().get()});
  });
  const pugi::xml_node evidence = child(node, "evidence");
  each_child(child(evidence, "occurrences"), "occurrence", [&](const pugi::xml_node& item) {
    component.occurrences.push_back(text_at(item, "location"));
  });
  component.found_licenses = xml_licenses(evidence);
  return component;
}

void add_xml_components(CdxDocument& document, const pugi::xml_node& node, std::string_view what,
                        const std::string& parent, int depth) {
  if (depth > xml_depth_limit) {
    fail(ErrorKind::invalid, "{}: components are nested deeper than {} levels", what,
         xml_depth_limit);
  }
  each_child(child(node, "components"), "component", [&](const pugi::xml_node& item) {
    document.components.push_back(xml_component(item, what));
    CdxComponent& added = document.components.back();
    added.parent = parent;
    if (added.ref.empty()) added.ref = fmt::format("lade:component-{}", document.components.size());
    const std::string ref = added.ref;
    add_xml_components(document, item, what, ref, depth + 1);
  });
}

void read_xml_metadata(CdxDocument& document, const pugi::xml_node& metadata,
                       std::string_view what) {
  document.timestamp = text_at(metadata, "timestamp");
  const auto add_tool = [&](const pugi::xml_node& tool) {
    document.tools.push_back({.name = text_at(tool, "name"), .version = text_at(tool, "version")});
  };
  const pugi::xml_node tools = child(metadata, "tools");
  each_child(tools, "tool", add_tool);
  each_child(child(tools, "components"), "component", add_tool);
  document.author = xml_party(child(metadata, "manufacturer"));
  const pugi::xml_node author = child(child(metadata, "authors"), "author");
  if (!author.empty()) {
    document.author = {.name = text_at(author, "name"), .email = text_at(author, "email")};
  }
  if (document.author.name.empty()) document.author = xml_party(child(metadata, "supplier"));
  const pugi::xml_node root = child(metadata, "component");
  if (!root.empty()) {
    document.root = xml_component(root, what);
    add_xml_components(document, root, what, {}, 0);
  }
}

std::vector<std::string> refs_at(const pugi::xml_node& node) {
  std::vector<std::string> refs;
  for (const pugi::xml_node& item : node.children()) refs.push_back(attribute(item, "ref"));
  return refs;
}

/// The version that the root's namespace names.
std::string version_of(const pugi::xml_node& bom, std::string_view what) {
  const std::string_view name = bom.name();
  const std::size_t colon = name.find(':');
  const std::string key =
      colon == std::string_view::npos ? "xmlns" : "xmlns:" + std::string(name.substr(0, colon));
  const std::string_view space = bom.attribute(key.c_str()).value();
  if (local_name(bom) != "bom" || !space.starts_with("http://cyclonedx.org/schema/bom/")) {
    fail(ErrorKind::unsupported, "{} is XML, but no CycloneDX: its root is <{}> of \"{}\"", what,
         printable(name), printable(space));
  }
  std::string version(space.substr(space.rfind('/') + 1));
  require_cyclonedx_version(version, what);
  return version;
}

}  // namespace

CdxDocument read_cyclonedx_xml(std::string_view text, std::string_view what) {
  pugi::xml_document xml;
  const pugi::xml_parse_result result =
      xml.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!result) {
    fail(ErrorKind::invalid, "{} is not valid XML at byte {}: {}", what, result.offset,
         result.description());
  }
  const pugi::xml_node bom = xml.document_element();
  CdxDocument document;
  document.version = version_of(bom, what);
  read_xml_metadata(document, child(bom, "metadata"), what);
  add_xml_components(document, bom, what, {}, 0);
  each_child(child(bom, "dependencies"), "dependency", [&](const pugi::xml_node& item) {
    document.dependencies.push_back({attribute(item, "ref"), refs_at(item)});
  });
  each_child(child(bom, "compositions"), "composition", [&](const pugi::xml_node& item) {
    document.compositions.push_back({text_at(item, "aggregate"), refs_at(child(item, "assemblies")),
                                     refs_at(child(item, "dependencies"))});
  });
  each_child(child(bom, "annotations"), "annotation", [&](const pugi::xml_node& item) {
    document.annotations.push_back({text_at(item, "text")});
  });
  return document;
}

}  // namespace lade::sbom

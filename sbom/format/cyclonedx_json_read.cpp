#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "libimage/base/error.h"
#include "sbom/format/cyclonedx_document.h"

namespace lade::sbom {
namespace {

constexpr std::array<std::string_view, 6> readable_versions{"1.2", "1.3", "1.4",
                                                            "1.5", "1.6", "1.7"};

std::string text_in(const Json& object, std::string_view key, std::string_view where) {
  return find_string(object, key, where).value_or(std::string());
}

/// Calls `use` with each object of a list, and its name for errors.
template <class Use>
void each_in(const Json& object, std::string_view key, std::string_view where, Use&& use) {
  const Json* list = find_array(object, key, where);
  if (list == nullptr) return;
  std::size_t index = 0;
  for (const Json& item : *list) {
    use(item, fmt::format("{}: {}[{}]", where, key, index));
    ++index;
  }
}

Party party_in(const Json& object, std::string_view key, std::string_view where) {
  const Json* json = find_object(object, key, where);
  Party party;
  if (json == nullptr) return party;
  party.name = text_in(*json, "name", where);
  const std::vector<std::string> urls = find_strings(*json, "url", where);
  if (!urls.empty()) party.url = urls.front();
  each_in(*json, "contact", where, [&](const Json& contact, const std::string& at) {
    if (party.email.empty()) party.email = text_in(contact, "email", at);
    if (party.name.empty()) party.name = text_in(contact, "name", at);
  });
  return party;
}

std::vector<CdxHash> hashes_in(const Json& object, const std::string& where) {
  std::vector<CdxHash> hashes;
  each_in(object, "hashes", where, [&](const Json& item, const std::string& at) {
    hashes.push_back({get_string(item, "alg", at), get_string(item, "content", at)});
  });
  return hashes;
}

std::vector<CdxLicense> licenses_in(const Json& object, const std::string& where) {
  std::vector<CdxLicense> licenses;
  each_in(object, "licenses", where, [&](const Json& item, const std::string& at) {
    using enum CdxLicense::Form;
    const Json* license = find_object(item, "license", at);
    const Json& holder = license == nullptr ? item : *license;
    const std::string acknowledgement = text_in(holder, "acknowledgement", at);
    if (license == nullptr) {
      licenses.push_back({expression, get_string(item, "expression", at), acknowledgement});
    } else if (const auto known = find_string(*license, "id", at)) {
      licenses.push_back({id, *known, acknowledgement});
    } else {
      licenses.push_back({name, text_in(*license, "name", at), acknowledgement});
    }
  });
  return licenses;
}

std::vector<CdxProperty> properties_in(const Json& object, const std::string& where) {
  std::vector<CdxProperty> properties;
  each_in(object, "properties", where, [&](const Json& item, const std::string& at) {
    properties.push_back({text_in(item, "name", at), text_in(item, "value", at)});
  });
  return properties;
}

void read_evidence(CdxComponent& component, const Json& object, const std::string& where) {
  const Json* evidence = find_object(object, "evidence", where);
  if (evidence == nullptr) return;
  each_in(*evidence, "occurrences", where, [&](const Json& item, const std::string& at) {
    component.occurrences.push_back(text_in(item, "location", at));
  });
  component.found_licenses = licenses_in(*evidence, where);
}

CdxComponent component_in(const Json& json, const std::string& where) {
  CdxComponent component{.type = text_in(json, "type", where),
                         .ref = text_in(json, "bom-ref", where),
                         .group = text_in(json, "group", where),
                         .name = get_string(json, "name", where),
                         .version = text_in(json, "version", where),
                         .supplier = party_in(json, "supplier", where),
                         .manufacturer = party_in(json, "manufacturer", where),
                         .author = text_in(json, "author", where),
                         .publisher = text_in(json, "publisher", where),
                         .description = text_in(json, "description", where),
                         .scope = text_in(json, "scope", where),
                         .cpe = text_in(json, "cpe", where),
                         .purl = text_in(json, "purl", where)};
  each_in(json, "authors", where, [&](const Json& author, const std::string& at) {
    if (!component.author.empty()) return;
    component.author = to_string(
        Party{.name = text_in(author, "name", at), .email = text_in(author, "email", at)});
  });
  component.hashes = hashes_in(json, where);
  component.licenses = licenses_in(json, where);
  each_in(json, "externalReferences", where, [&](const Json& item, const std::string& at) {
    const Json* url = find_member(item, "url", at);
    if (url == nullptr || !url->is_string()) return;
    component.references.push_back(
        {text_in(item, "type", at), url->get<std::string>(), hashes_in(item, at)});
  });
  component.properties = properties_in(json, where);
  read_evidence(component, json, where);
  return component;
}

void add_components(CdxDocument& document, const Json& object, const std::string& where,
                    const std::string& parent) {
  each_in(object, "components", where, [&](const Json& item, const std::string& at) {
    document.components.push_back(component_in(item, at));
    CdxComponent& added = document.components.back();
    added.parent = parent;
    // what stands in it can only name it by a reference
    if (added.ref.empty()) added.ref = "lade:" + at.substr(at.find(": ") + 2);
    const std::string ref = added.ref;
    add_components(document, item, at, ref);
  });
}

void read_tools(CdxDocument& document, const Json& metadata, const std::string& where) {
  const Json* tools = find_member(metadata, "tools", where);
  if (tools == nullptr) return;
  const auto add = [&](const Json& item, const std::string& at) {
    document.tools.push_back(
        {.name = text_in(item, "name", at), .version = text_in(item, "version", at)});
  };
  if (tools->is_array()) {
    each_in(metadata, "tools", where, add);
  } else {
    each_in(*tools, "components", where, add);
  }
}

void read_metadata(CdxDocument& document, const Json& json, const std::string& where) {
  const Json* metadata = find_object(json, "metadata", where);
  if (metadata == nullptr) return;
  document.timestamp = text_in(*metadata, "timestamp", where);
  read_tools(document, *metadata, where);
  document.author = party_in(*metadata, "manufacturer", where);
  each_in(*metadata, "authors", where, [&](const Json& author, const std::string& at) {
    if (!document.author.name.empty()) return;
    document.author = {.name = text_in(author, "name", at), .email = text_in(author, "email", at)};
  });
  if (document.author.name.empty()) document.author = party_in(*metadata, "supplier", where);
  const Json* root = find_object(*metadata, "component", where);
  if (root != nullptr) {
    document.root = component_in(*root, where + ": metadata.component");
    add_components(document, *root, where, {});
  }
  document.properties = properties_in(*metadata, where);
}

}  // namespace

void require_cyclonedx_version(std::string_view version, std::string_view what) {
  const bool is_known = std::find(readable_versions.begin(), readable_versions.end(), version) !=
                        readable_versions.end();
  if (is_known) return;
  fail(ErrorKind::unsupported, "{} is CycloneDX {}; read are 1.2 to 1.7", what, version);
}

CdxDocument read_cyclonedx_json(const Json& json, std::string_view what) {
  const std::string where(what);
  CdxDocument document;
  document.version = get_string(json, "specVersion", where);
  require_cyclonedx_version(document.version, what);
  read_metadata(document, json, where);
  add_components(document, json, where, {});
  each_in(json, "dependencies", where, [&](const Json& item, const std::string& at) {
    document.dependencies.push_back(
        {get_string(item, "ref", at), find_strings(item, "dependsOn", at)});
  });
  each_in(json, "compositions", where, [&](const Json& item, const std::string& at) {
    document.compositions.push_back({text_in(item, "aggregate", at),
                                     find_strings(item, "assemblies", at),
                                     find_strings(item, "dependencies", at)});
  });
  each_in(json, "annotations", where, [&](const Json& item, const std::string& at) {
    document.annotations.push_back({text_in(item, "text", at)});
  });
  return document;
}

}  // namespace lade::sbom

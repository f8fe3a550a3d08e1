#include "sbom/format/read_sbom.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/format/cyclonedx_document.h"
#include "sbom/format/party.h"
#include "sbom/format/spdx_read.h"
#include "sbom/format/syft.h"

namespace lade::sbom {
namespace {

void take_spdx(SbomDocument& sbom, const SpdxDocument& document) {
  sbom.inventory = from_spdx(document);
  sbom.version =
      document.version.starts_with("SPDX-") ? document.version.substr(5) : document.version;
  sbom.created = parse_rfc3339(document.created);
  for (const std::string& creator : document.creators) {
    if (creator.starts_with("Tool:")) {
      sbom.tools.emplace_back(trim(std::string_view(creator).substr(5)));
    } else if (sbom.author.empty()) {
      sbom.author = from_spdx_actor(creator);
    }
  }
}

void take_cyclonedx(SbomDocument& sbom, const CdxDocument& document) {
  sbom.inventory = from_cyclonedx(document);
  sbom.version = document.version;
  sbom.created = parse_rfc3339(document.timestamp);
  for (const CdxComponent& tool : document.tools) {
    sbom.tools.push_back(tool.version.empty() ? tool.name : tool.name + " " + tool.version);
  }
  sbom.author = to_string(document.author);
}

void take_syft(SbomDocument& sbom, const Json& json, std::string_view what) {
  sbom.inventory = read_syft(json, what);
  sbom.version = "16";
  const Json* schema = find_object(json, "schema", what);
  if (schema != nullptr) sbom.version = find_string(*schema, "version", what).value_or("16");
  const Json* descriptor = find_object(json, "descriptor", what);
  if (descriptor == nullptr) return;
  sbom.tools.push_back(find_string(*descriptor, "name", what).value_or("") + " " +
                       find_string(*descriptor, "version", what).value_or(""));
}

/// `is_inner`: it was found in a statement, in which there is no other.
SbomDocument read_json(const Json& json, std::string_view what, bool is_inner) {
  if (!json.is_object()) {
    fail(ErrorKind::invalid, "{} is no SBOM: JSON, but no object", what);
  }
  SbomDocument sbom;
  const bool is_spdx3 = json.contains("@context") && json.contains("@graph");
  if (json.contains("spdxVersion")) {
    sbom.format = SbomFormat::spdx_json;
    take_spdx(sbom, read_spdx_json(json, what));
  } else if (json.contains("bomFormat") || json.contains("specVersion")) {
    sbom.format = SbomFormat::cyclonedx_json;
    take_cyclonedx(sbom, read_cyclonedx_json(json, what));
  } else if (is_spdx3) {
    sbom.format = SbomFormat::spdx3_json;
    take_spdx(sbom, read_spdx3(json, what));
  } else if (json.contains("artifacts") && json.contains("schema")) {
    sbom.format = SbomFormat::syft_json;
    take_syft(sbom, json, what);
  } else if (const Json* predicate = find_object(json, "predicate", what);
             predicate != nullptr && !is_inner) {
    return read_json(*predicate, what, true);
  } else {
    fail(ErrorKind::unsupported,
         "{} is JSON, but neither SPDX, CycloneDX nor syft's: it has no spdxVersion, bomFormat, "
         "@graph or artifacts",
         what);
  }
  return sbom;
}

}  // namespace

SbomDocument read_sbom(std::string_view text, std::string_view what) {
  if (text.size() > sbom_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes, more than the {} that an SBOM may have", what,
         text.size(), sbom_limit_bytes);
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) fail(ErrorKind::invalid, "{} is empty, no SBOM", what);
  if (text[first] == '{' || text[first] == '[') {
    return read_json(parse_json(text, what), what, false);
  }
  SbomDocument sbom;
  if (text[first] == '<') {
    sbom.format = SbomFormat::cyclonedx_xml;
    take_cyclonedx(sbom, read_cyclonedx_xml(text, what));
    return sbom;
  }
  const bool is_tag_value =
      text.starts_with("SPDXVersion:") || text.find("\nSPDXVersion:") != std::string_view::npos;
  if (!is_tag_value) {
    fail(ErrorKind::unsupported, "{} is no SBOM that Lade reads: SPDX, CycloneDX or syft's", what);
  }
  sbom.format = SbomFormat::spdx_tag_value;
  take_spdx(sbom, read_spdx_tags(text, what));
  return sbom;
}

}  // namespace lade::sbom

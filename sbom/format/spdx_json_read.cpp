#include <fmt/format.h>

#include "libimage/base/error.h"
#include "sbom/format/spdx_read.h"

namespace lade::sbom {
namespace {

std::string text_of(const Json& object, std::string_view key, std::string_view what) {
  return find_string(object, key, what).value_or(std::string());
}

/// Calls `use` with each object of a list, and its name for errors.
template <class Use>
void each(const Json& object, std::string_view key, std::string_view what, Use&& use) {
  const Json* list = find_array(object, key, what);
  if (list == nullptr) return;
  std::size_t index = 0;
  for (const Json& item : *list) {
    use(item, fmt::format("{}: {}[{}]", what, key, index));
    ++index;
  }
}

std::vector<std::string> annotations_of(const Json& object, const std::string& where) {
  std::vector<std::string> annotations;
  each(object, "annotations", where, [&](const Json& item, const std::string& at) {
    annotations.push_back(text_of(item, "comment", at));
  });
  return annotations;
}

SpdxPackage package_of(const Json& json, const std::string& where) {
  SpdxPackage package{.id = get_string(json, "SPDXID", where),
                      .name = get_string(json, "name", where),
                      .version = text_of(json, "versionInfo", where),
                      .file_name = text_of(json, "packageFileName", where),
                      .supplier = asserted(text_of(json, "supplier", where)),
                      .originator = asserted(text_of(json, "originator", where)),
                      .download = asserted(text_of(json, "downloadLocation", where)),
                      .homepage = asserted(text_of(json, "homepage", where)),
                      .source_info = text_of(json, "sourceInfo", where),
                      .license_concluded = asserted(text_of(json, "licenseConcluded", where)),
                      .license_declared = asserted(text_of(json, "licenseDeclared", where)),
                      .description = text_of(json, "description", where),
                      .summary = text_of(json, "summary", where),
                      .purpose = text_of(json, "primaryPackagePurpose", where)};
  each(json, "checksums", where, [&](const Json& item, const std::string& at) {
    package.checksums.push_back(
        {get_string(item, "algorithm", at), get_string(item, "checksumValue", at)});
  });
  each(json, "externalRefs", where, [&](const Json& item, const std::string& at) {
    package.refs.push_back({text_of(item, "referenceCategory", at),
                            get_string(item, "referenceType", at),
                            get_string(item, "referenceLocator", at)});
  });
  package.attributions = find_strings(json, "attributionTexts", where);
  package.annotations = annotations_of(json, where);
  return package;
}

}  // namespace

std::string asserted(std::string text) {
  if (text == "NOASSERTION" || text == "NONE") text.clear();
  return text;
}

SpdxDocument read_spdx_json(const Json& json, std::string_view what) {
  SpdxDocument document;
  document.version = get_string(json, "spdxVersion", what);
  if (document.version != "SPDX-2.2" && document.version != "SPDX-2.3") {
    fail(ErrorKind::unsupported, "{} is {}; read are SPDX-2.2, SPDX-2.3 and 3.0", what,
         document.version);
  }
  const std::string where(what);
  document.name = text_of(json, "name", where);
  document.name_space = text_of(json, "documentNamespace", where);
  const Json* creation = find_object(json, "creationInfo", where);
  if (creation != nullptr) {
    document.created = text_of(*creation, "created", where);
    document.creators = find_strings(*creation, "creators", where);
  }
  document.describes = find_strings(json, "documentDescribes", where);
  each(json, "packages", where, [&](const Json& item, const std::string& at) {
    document.packages.push_back(package_of(item, at));
  });
  each(json, "relationships", where, [&](const Json& item, const std::string& at) {
    document.relationships.push_back({document.keep(get_string(item, "spdxElementId", at)),
                                      get_string(item, "relationshipType", at),
                                      document.keep(get_string(item, "relatedSpdxElement", at)),
                                      text_of(item, "comment", at)});
  });
  each(json, "hasExtractedLicensingInfos", where, [&](const Json& item, const std::string& at) {
    document.extracted.push_back({get_string(item, "licenseId", at), text_of(item, "name", at),
                                  text_of(item, "extractedText", at)});
  });
  document.annotations = annotations_of(json, where);
  return document;
}

}  // namespace lade::sbom

// A document may be read as a manifest by one program and as an index by another, if it has the
// members of both; a signature checked by the one then says nothing about what the other runs
// (CVE-2021-41190). So a document is refused if it has members of another kind, if what it says of
// its type contradicts what the sender said, or if it has two members that differ in case alone:
// readers written in Go take those for the same.
#include "libimage/oci/document.h"

#include <fmt/format.h>

#include <map>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

[[noreturn]] void refuse_schema1(std::string_view what) {
  fail(ErrorKind::unsupported,
       "{} is a Docker schema 1 manifest, which is obsolete: convert the image by pulling it with "
       "an older docker or skopeo (skopeo copy --format v2s2) and pushing it again",
       what);
}

/// Members present and not null.
bool has(const Json& document, std::string_view key) {
  const auto found = document.find(key);
  return found != document.end() && !found->is_null();
}

bool is_schema1_document(const Json& document) {
  const auto version = document.find("schemaVersion");
  return version != document.end() && version->is_number_integer() && *version == 1;
}

void refuse_case_variants(const Json& object, std::string_view what) {
  std::map<std::string, std::string_view> seen;
  for (const auto& item : object.items()) {
    const auto [other, is_new] = seen.emplace(to_lower(item.key()), item.key());
    if (!is_new) {
      fail(ErrorKind::invalid, "{} is ambiguous: the members \"{}\" and \"{}\" differ only in case",
           what, printable(other->second), printable(item.key()));
    }
  }
}

std::string guess_schema2_type(const Json& document, std::string_view what) {
  const bool as_manifest = has(document, "config") || has(document, "layers");
  const bool as_index = has(document, "manifests");
  if (as_manifest && as_index) {
    fail(ErrorKind::invalid, "{} is ambiguous: it has the members of both a manifest and an index",
         what);
  }
  if (as_index) return std::string(media_type::oci_index);
  if (!as_manifest) {
    fail(ErrorKind::invalid,
         "{} is no manifest: it has neither \"config\" nor \"layers\" nor \"manifests\"", what);
  }
  const Json* config = find_object(document, "config", what);
  const bool docker = config != nullptr && find_string(*config, "mediaType", what) ==
                                               std::string(media_type::docker_config);
  return std::string(docker ? media_type::docker_manifest : media_type::oci_manifest);
}

}  // namespace

Json parse_document(std::string_view bytes, std::size_t limit_bytes, std::string_view what) {
  if (bytes.size() > limit_bytes) {
    fail(ErrorKind::invalid, "{} is too large: {} bytes, at most {} are read", what, bytes.size(),
         limit_bytes);
  }
  Json document = parse_json(bytes, what);
  if (!document.is_object()) {
    fail(ErrorKind::invalid, "{} must be a JSON object, got {}", what, document.type_name());
  }
  return document;
}

std::string guess_document_type(const Json& document, std::string_view what) {
  if (is_schema1_document(document)) {
    return std::string(has(document, "signatures") ? media_type::docker_schema1_signed
                                                   : media_type::docker_schema1);
  }
  std::string stated = find_string(document, "mediaType", what).value_or("");
  if (stated.empty()) return guess_schema2_type(document, what);
  if (media_type::is_manifest(stated) || media_type::is_index(stated) ||
      media_type::is_schema1(stated)) {
    return stated;
  }
  fail(ErrorKind::unsupported,
       "{} has the media type \"{}\", which is neither a manifest's nor an "
       "index's",
       what, printable(stated));
}

std::string agree_on_type(const Json& document, std::string_view media_type,
                          std::string_view what) {
  const std::string stated = find_string(document, "mediaType", what).value_or("");
  if (is_schema1_document(document) || media_type::is_schema1(media_type) ||
      media_type::is_schema1(stated)) {
    refuse_schema1(what);
  }
  if (media_type.empty()) return guess_document_type(document, what);
  if (!stated.empty() && stated != media_type) {
    fail(ErrorKind::invalid, "{} came as \"{}\" but says that it is \"{}\"", what,
         printable(media_type), printable(stated));
  }
  return std::string(media_type);
}

void require_unambiguous(const Json& document, std::span<const std::string_view> foreign_members,
                         std::string_view what) {
  if (const std::int64_t version = get_int(document, "schemaVersion", what); version != 2) {
    fail(ErrorKind::invalid, "{}: \"schemaVersion\" must be 2, got {}", what, version);
  }
  refuse_case_variants(document, what);
  for (const std::string_view member : foreign_members) {
    if (has(document, member)) {
      fail(ErrorKind::invalid,
           "{} is ambiguous: the member \"{}\" belongs to another kind of document", what, member);
    }
  }
}

std::vector<Descriptor> parse_descriptors(const Json& document, std::string_view key,
                                          std::string_view what) {
  std::vector<Descriptor> descriptors;
  const Json* list = find_array(document, key, what);
  if (list == nullptr) return descriptors;
  if (list->size() > document_list_limit) {
    fail(ErrorKind::invalid, "{}: \"{}\" has {} entries, at most {} are read", what, key,
         list->size(), document_list_limit);
  }
  descriptors.reserve(list->size());
  for (const Json& item : *list) {
    const std::string name = fmt::format("{}, {}[{}]", what, key, descriptors.size());
    descriptors.push_back(parse_descriptor(item, name));
    refuse_case_variants(item, name);
  }
  return descriptors;
}

Descriptor get_descriptor(const Json& document, std::string_view key, std::string_view what) {
  auto descriptor = find_descriptor(document, key, what);
  if (!descriptor) fail(ErrorKind::invalid, "{}: \"{}\" is missing", what, key);
  return *std::move(descriptor);
}

std::optional<Descriptor> find_descriptor(const Json& document, std::string_view key,
                                          std::string_view what) {
  const Json* member = find_object(document, key, what);
  if (member == nullptr) return std::nullopt;
  const std::string name = fmt::format("{}, {}", what, key);
  refuse_case_variants(*member, name);
  return parse_descriptor(*member, name);
}

Json to_json(std::span<const Descriptor> descriptors) {
  Json list = Json::array();
  for (const Descriptor& descriptor : descriptors) list.push_back(to_json(descriptor));
  return list;
}

}  // namespace lade

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"
#include "libimage/oci/descriptor.h"

// What manifests and indexes share as documents. Private to the module: the rest of Lade reads
// them through parse_manifest and parse_index.
namespace lade {

/// Layers of a manifest, entries of an index, diff ids of a config: more are refused.
inline constexpr std::size_t document_list_limit = 4096;

/// JSON within `limit_bytes` whose top is an object; `invalid` otherwise.
Json parse_document(std::string_view bytes, std::size_t limit_bytes, std::string_view what);

/// The media type of a manifest, index or schema 1 manifest; see guess_manifest_type.
std::string guess_document_type(const Json& document, std::string_view what);

/// The media type that the caller knows (or not: "") and the text states (or not), brought
/// together. `invalid` where they disagree, `unsupported` for schema 1.
std::string agree_on_type(const Json& document, std::string_view media_type, std::string_view what);

/// schemaVersion 2; none of the members that would make another reader take the document for
/// something else.
void require_unambiguous(const Json& document, std::span<const std::string_view> foreign_members,
                         std::string_view what);

/// The descriptors of a list member; null and absent are the empty list.
std::vector<Descriptor> parse_descriptors(const Json& document, std::string_view key,
                                          std::string_view what);
/// A descriptor member, which is `invalid` if missing, or nothing.
Descriptor get_descriptor(const Json& document, std::string_view key, std::string_view what);
std::optional<Descriptor> find_descriptor(const Json& document, std::string_view key,
                                          std::string_view what);

Json to_json(std::span<const Descriptor> descriptors);

}  // namespace lade

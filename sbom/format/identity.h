#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sbom/model/inventory.h"

namespace lade::sbom {

/// An id for each package, its own where that is there and nobody else's.
std::vector<std::string> unique_ids(const Inventory& inventory);

/// Gives ids to packages that have none, made from what they are and where.
void give_ids(Inventory& inventory);

/// Sorts packages as the inventory wants them, relations, remarks; relations keep to their
/// packages.
void put_in_order(Inventory& inventory);

/// Fills in what the package URL tells: type, namespace, version, architecture, source, qualifiers.
void take_purl(Package& package, const std::string& purl);

/// Makes an inventory that a reader filled whole: the distribution if only purls tell it, ids,
/// order.
void complete(Inventory& inventory);

/// A UUID (RFC 9562, version 8) that stands for a text: the same text, the same UUID.
std::string uuid_of(std::string_view text);

/// What stands in a document where its UUID is to be.
inline constexpr std::string_view uuid_place = "00000000-0000-0000-0000-000000000000";
/// The document with its UUID (that of it as it stands) in its place, which follows the first
/// `mark`.
std::string stamped(std::string document, std::string_view mark);

/// "pkg:oci/app@sha256:…?…" of an image whose manifest is known; else empty.
std::string image_purl(const Subject& subject);

/// Whether it is a URI with a scheme and nothing in it that would have to be escaped.
bool is_uri(std::string_view text);

/// A text with every byte but letters, digits, "." and "-" as "-".
std::string plain_name(std::string_view text);

}  // namespace lade::sbom

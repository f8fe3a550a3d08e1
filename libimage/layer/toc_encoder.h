#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "libimage/layer/toc.h"
#include "libimage/oci/digest.h"

namespace lade {

/// What TocEntry::encoded_xattrs holds: for each attribute in the order of names a u16 length of
/// the name, a u32 length of the value, name, value; "" for none. `invalid` for a name or value
/// that is too long.
std::string encode_xattrs(const std::map<std::string, std::string>& xattrs);

/// The file form of a toc whose entries are in path_less order. Equal entries are equal bytes.
std::string encode_toc(std::span<const TocEntry> entries, const Digest& diff_id,
                       std::uint64_t tar_bytes);

}  // namespace lade

#pragma once

#include <cstdint>
#include <string>

#include "libimage/oci/digest.h"
#include "libimage/transport/layout_index.h"

namespace lade {

/// Where things lie in an OCI layout directory.
inline constexpr std::uint64_t layout_index_limit_bytes = 16U << 20U;

std::string layout_index_path(const std::string& layout);
std::string layout_blob_path(const std::string& layout, const Digest& digest);
/// The beginning of a blob whose writer was interrupted: a hidden file beside the directories of
/// blobs, which other programs neither read nor collect.
std::string layout_partial_path(const std::string& layout, const Digest& digest);
/// Removes those that nobody writes and nobody wrote to since `before` (seconds since 1970).
void remove_layout_partials(const std::string& layout, std::int64_t before);
/// index.json of the layout, its version checked; `not_found` if there is no layout.
LayoutIndex read_layout_index(const std::string& layout);

}  // namespace lade

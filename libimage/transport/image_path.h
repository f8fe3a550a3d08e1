#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lade {

/// Where an image lies and which of several it is (containers-transports(5)):
/// "path", "path:reference" or "path:@source-index".
struct ImagePath {
  std::string path;
  std::optional<std::string> reference{};
  std::optional<std::size_t> source_index{};
};

/// The path ends at the first colon. `invalid` for an empty path, an index that is no number, or
/// a reference outside the grammar of org.opencontainers.image.ref.name (image-spec 1.1,
/// annotations.md). `transport` is for the message.
ImagePath parse_oci_path(std::string_view details, std::string_view transport);

/// As above; the reference is a Docker reference and comes back normalised, ":latest" added where
/// there is no tag. `invalid` if it has a digest.
ImagePath parse_docker_archive_path(std::string_view details);

/// `invalid` for what is outside the grammar of org.opencontainers.image.ref.name.
void require_ref_name(std::string_view name, std::string_view where);

/// `invalid` for a source index where an image is to be written.
void require_writable(const ImagePath& path, std::string_view transport);

}  // namespace lade

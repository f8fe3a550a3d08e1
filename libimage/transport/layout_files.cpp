#include "libimage/transport/layout_files.h"

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/oci/manifest.h"

namespace lade {

std::string layout_index_path(const std::string& layout) { return join_path(layout, "index.json"); }

std::string layout_blob_path(const std::string& layout, const Digest& digest) {
  return join_path(layout, fmt::format("blobs/{}/{}", to_string(digest.algorithm()), digest.hex()));
}

LayoutIndex read_layout_index(const std::string& layout) {
  const std::string path = layout_index_path(layout);
  const auto text = find_file(path, layout_index_limit_bytes);
  if (!text) fail(ErrorKind::not_found, "{} is not an OCI layout: it has no index.json", layout);
  const std::string marker = join_path(layout, "oci-layout");
  // skopeo reads layouts without the marker, so such layouts exist
  const auto version = find_file(marker, manifest_limit_bytes);
  if (version) require_layout_version(*version, marker);
  return {*text, path};
}

}  // namespace lade

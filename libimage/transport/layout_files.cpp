#include "libimage/transport/layout_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/oci/manifest.h"
#include "libimage/store/partial_blob.h"

namespace lade {
namespace {

constexpr std::string_view partial_prefix = ".lade-partial-";

}  // namespace

std::string layout_index_path(const std::string& layout) { return join_path(layout, "index.json"); }

std::string layout_blob_path(const std::string& layout, const Digest& digest) {
  return join_path(layout, fmt::format("blobs/{}/{}", to_string(digest.algorithm()), digest.hex()));
}

std::string layout_partial_path(const std::string& layout, const Digest& digest) {
  return join_path(layout, fmt::format("blobs/{}{}-{}", partial_prefix,
                                       to_string(digest.algorithm()), digest.hex()));
}

void remove_layout_partials(const std::string& layout, std::int64_t before) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(join_path(layout, "blobs"), error)) {
    const std::string path = entry.path().string();
    if (!entry.path().filename().string().starts_with(partial_prefix)) continue;
    // the lock is kept until it is gone: who waits for it then finds that it has lost its name
    const Fd file = lock_idle_partial_file(path);
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 || status.st_mtime >= before) continue;
    ::unlink(path.c_str());
  }
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

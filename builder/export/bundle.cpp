#include "builder/export/bundle.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>

#include "builder/export/export_directory.h"
#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/layer/rootfs.h"

namespace lade::builder {
namespace {

constexpr std::uint64_t user_file_limit_bytes = 4U << 20U;

/// A file of the image; empty if it has none, or something else under this name.
std::string read_in(const Rootfs& root, const std::string& path) {
  if (!root.exists(path)) return {};
  const Fd file = root.open(path, O_RDONLY | O_NONBLOCK);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return read_all(file.get(), path, user_file_limit_bytes);
}

void require_empty(const std::string& directory) {
  std::error_code error;
  if (std::filesystem::exists(directory, error) && !std::filesystem::is_empty(directory, error)) {
    fail(ErrorKind::conflict, "cannot make a bundle in {}: the directory is not empty", directory);
  }
}

}  // namespace

std::vector<std::string> export_bundle(const LayerStack& layers, const ImageConfig& image,
                                       const std::string& directory, const BundleOptions& options) {
  require_empty(directory);
  const std::string root_directory = join_path(directory, "rootfs");
  std::vector<std::string> notes =
      export_directory(layers, root_directory, {.owners = !options.rootless});
  const Rootfs root(root_directory);
  const RuntimeOptions runtime{.user = resolve_user(image.config.user, read_in(root, "etc/passwd"),
                                                    read_in(root, "etc/group")),
                               .hostname = options.hostname,
                               .rootless = options.rootless};
  if (options.rootless && runtime.user.uid != 0) {
    notes.push_back(fmt::format(
        "the image's user {} becomes root of the container: a rootless bundle has one user",
        image.config.user));
  }
  write_file_atomic(join_path(directory, "config.json"),
                    to_pretty(runtime_config(image, runtime)) + "\n");
  return notes;
}

}  // namespace lade::builder

#include "builder/export/export_directory.h"

#include <filesystem>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/layer/apply.h"

namespace lade::builder {

std::vector<std::string> export_directory(const LayerStack& layers, const std::string& directory,
                                          const DirectoryOptions& options) {
  make_directories(directory);
  std::error_code error;
  if (!std::filesystem::is_empty(directory, error) || error) {
    fail(ErrorKind::conflict, "cannot export to {}: {}", directory,
         error ? error.message() : "the directory is not empty");
  }
  ApplyOptions apply;
  apply.ownership = options.owners ? ApplyOptions::Ownership::set : ApplyOptions::Ownership::ignore;
  apply.devices = options.owners ? ApplyOptions::Devices::make : ApplyOptions::Devices::skip;
  const Rootfs root(directory);
  std::vector<std::string> notes;
  for (std::size_t layer = 0; layer < layers.tree.layers().size(); ++layer) {
    const auto tar = layers.open(layer);
    const ApplyReport report = apply_layer(*tar, root, apply, fmt::format("layer {}", layer + 1));
    notes.insert(notes.end(), report.warnings.begin(), report.warnings.end());
  }
  return notes;
}

}  // namespace lade::builder

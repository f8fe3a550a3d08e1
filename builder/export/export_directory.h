#pragma once

#include <string>
#include <vector>

#include "builder/export/layer_stack.h"

namespace lade::builder {

struct DirectoryOptions {
  /// Owners and devices as the image has them, which takes root. Otherwise everything is the
  /// caller's, and devices are left out.
  bool owners = false;
};

/// Unpacks the layers into a directory, which must be empty or not exist (`conflict`). Returns what
/// was left out or confined, a line each.
std::vector<std::string> export_directory(const LayerStack& layers, const std::string& directory,
                                          const DirectoryOptions& options);

}  // namespace lade::builder

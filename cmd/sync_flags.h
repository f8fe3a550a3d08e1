#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cmd/copy_options.h"
#include "registry/sync/sync_run.h"

namespace lade::cmd {

/// The flags of `lade sync`, as skopeo-sync(1) has them, and what they mean to the library.
struct SyncFlags {
  std::string source_transport;
  std::string target_transport;
  std::string source;
  std::string target;
  bool scoped = false;
  bool keep_going = false;
  std::string append_suffix;
  unsigned jobs = 16;
  CopyFlags copy;  ///< of each image

  void add_to(CLI::App& app);
  /// `invalid` for values that make no sense, alone or together.
  registry::SyncTarget sync_target() const;
};

}  // namespace lade::cmd

#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cmd/network.h"
#include "cmd/platform_flags.h"
#include "registry/sync/sync_run.h"

namespace lade::cmd {

/// The flags of `lade sync`, as skopeo-sync(1) has them, and what they mean to the library.
struct SyncFlags {
  std::string source_transport;
  std::string target_transport;
  std::string source;
  std::string target;
  bool all = false;
  bool scoped = false;
  bool keep_going = false;
  bool dry_run = false;
  bool preserve_digests = false;
  bool remove_signatures = false;
  bool no_referrers = false;
  std::string append_suffix;
  std::string format_name;
  unsigned retry_times = 0;
  unsigned jobs = 16;
  bool quiet = false;
  std::string report;
  PlatformFlags platform;
  NetworkFlags source_network;
  NetworkFlags target_network;

  void add_to(CLI::App& app);
  /// `invalid` for values that make no sense, alone or together.
  registry::SyncTarget sync_target() const;
  CopyOptions copy_options() const;
};

}  // namespace lade::cmd

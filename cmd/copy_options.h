#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cmd/copy_signing.h"
#include "cmd/network.h"
#include "cmd/platform_flags.h"
#include "libimage/image/copy.h"
#include "libimage/transport/transport.h"

namespace lade::cmd {

/// The flags of `lade copy`, which sync and push have in part, and what they mean to the library.
struct CopyFlags {
  std::vector<std::string> names;  ///< the sources, then the destination
  bool all = false;
  std::string multi_arch;
  bool preserve_digests = false;
  std::string format_name;
  std::string compression;
  int compression_level = 0;
  bool has_level = false;
  std::optional<bool> dest_compress;
  std::vector<std::string> additional_tags;
  std::string digest_file;
  bool no_referrers = false;
  bool remove_signatures = false;
  bool dry_run = false;
  unsigned retry_times = 0;
  bool quiet = false;
  std::string progress = "auto";
  unsigned jobs = 4;
  std::string format;
  PlatformFlags platform;
  CopySigning signing;
  NetworkFlags source_network;
  NetworkFlags destination_network;

  void add_to(CLI::App& app);
  /// Those that say what is copied and how it may change: copy's and sync's.
  void add_transfer_to(CLI::App& app);
  /// Those that everything has that copies: --quiet, --report, the platform.
  void add_common_to(CLI::App& app);
  /// Those that push has, by the names they have there.
  void add_push_flags_to(CLI::App& app);
  /// `invalid` if there is no destination.
  std::vector<std::string> sources() const;
  std::string destination() const { return names.back(); }
  /// `invalid` for values that make no sense, alone or together.
  CopyOptions options() const;
  /// A bare tag is one of the same repository where `to` is a registry.
  std::vector<Reference> additional_references(const ImageName& to) const;
};

/// "oci", "docker" or "v2s2".
ImageFormat parse_image_format(const std::string& text);

/// "system", "all", "index-only" or platforms with commas between them.
PlatformChoice parse_platform_choice(const std::string& text, const Platform& wanted);

}  // namespace lade::cmd

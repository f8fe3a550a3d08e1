#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "libimage/oci/platform.h"

namespace lade::cmd {

/// Which instance of a multi-platform image is meant; the host's unless told otherwise.
struct PlatformFlags {
  std::string platform;
  std::string os;
  std::string architecture;
  std::string variant;

  void add_to(CLI::App& app);
  /// For a command whose --os, --arch and --variant say something else.
  void add_overrides_to(CLI::App& app);
  /// Has the user said anything?
  bool are_given() const;
  /// `invalid` for an unknown one, or --platform together with one of the others.
  Platform wanted() const;
};

}  // namespace lade::cmd

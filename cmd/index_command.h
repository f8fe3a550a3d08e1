#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cmd/session.h"
#include "libimage/transport/stored_index.h"

namespace lade::cmd {

/// What the parts of `lade index` share.

/// An index by the name a user gave: one in the store, of localhost if it has no registry.
Reference index_name(const std::string& text);

/// What may be said of an image that an index lists.
struct InstanceFlags {
  std::string os;
  std::string architecture;
  std::string variant;
  std::string os_version;
  std::vector<std::string> os_features;
  std::vector<std::string> features;
  std::vector<std::string> annotations;

  void add_to(CLI::App& app);
  InstanceWords words() const;
};

/// "KEY=VALUE" each; `invalid` without a key.
Annotations parse_annotation_flags(const std::vector<std::string>& texts);

void declare_index_add(CLI::App& app, Session& session);
void declare_index_annotate(CLI::App& app, Session& session);
void declare_index_push(CLI::App& app, Session& session);

}  // namespace lade::cmd

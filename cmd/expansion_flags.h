#pragma once

#include "cmd/command.h"

namespace lade::cmd {

/// --max-layer-size and --max-layer-ratio, for every command that unpacks layers: what compressed
/// bytes may become before they are taken for an attack. They set what the session opens stores
/// and images with.
void add_expansion_flags(CLI::App& app, Session& session);

}  // namespace lade::cmd

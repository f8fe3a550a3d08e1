#pragma once

#include <CLI/CLI.hpp>

#include "cmd/session.h"

namespace lade::cmd {

// The parts of `sbom`, each in a file of its own.
void declare_sbom_convert(CLI::App& app, Session& session);
void declare_sbom_diff(CLI::App& app, Session& session);
void declare_sbom_merge(CLI::App& app, Session& session);

}  // namespace lade::cmd

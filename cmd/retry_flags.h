#pragma once

#include <CLI/CLI.hpp>

#include "cmd/session.h"

namespace lade::cmd {

/// --retry and --retry-delay.
void add_retry_flags(CLI::App& app, Session& session);

}  // namespace lade::cmd

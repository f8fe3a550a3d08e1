#pragma once

#include <CLI/CLI.hpp>

#include "cmd/session.h"

namespace lade::cmd {

/// A part of `policy`, in a file of its own.
void declare_policy_explain(CLI::App& app, Session& session);

}  // namespace lade::cmd

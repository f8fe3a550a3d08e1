#pragma once

#include <CLI/CLI.hpp>

#include "cmd/session.h"

namespace lade::cmd {

// The parts of `db`, each in a file of its own.
void declare_db_import(CLI::App& app, Session& session);
void declare_db_pull(CLI::App& app, Session& session);
void declare_db_push(CLI::App& app, Session& session);
void declare_db_remove(CLI::App& app, Session& session);
void declare_db_status(CLI::App& app, Session& session);
void declare_db_verify(CLI::App& app, Session& session);

}  // namespace lade::cmd

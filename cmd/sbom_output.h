#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cmd/session.h"
#include "sbom/format/sbom_format.h"
#include "sbom/model/inventory.h"

namespace lade::cmd {

/// `-o FORMAT[@VERSION][=FILE]`, as often as wanted, and what goes into documents.
struct SbomOutputFlags {
  std::vector<std::string> outputs{};
  std::string author{};
  std::string github_commit{};
  std::string github_ref{};

  void add_to(CLI::App& app);
};

/// Writes the inventory in each form that was asked for, a table if none was. Nothing is written
/// before all words are understood and every file can be.
void write_outputs(Session& session, const SbomOutputFlags& flags,
                   const sbom::Inventory& inventory);

/// What documents say of their making: this program, and SOURCE_DATE_EPOCH or now.
sbom::WriteOptions write_options(const Session& session, const SbomOutputFlags& flags);

}  // namespace lade::cmd

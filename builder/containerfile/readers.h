#pragma once

#include "builder/containerfile/flags.h"
#include "builder/containerfile/instructions.h"

namespace lade::containerfile {

// How `parse_instruction` reads those instructions that have files of their own.
Copy read_copy(const Request& request);
Add read_add(const Request& request);
Run read_run(const Request& request);
Healthcheck read_healthcheck(const Request& request);

/// The arguments from the `first` on as a command.
Command read_command(const Node& node, std::size_t first = 0);

}  // namespace lade::containerfile

#pragma once

#include <vector>

#include "cmd/session.h"
#include "cmd/sync_flags.h"

namespace lade::cmd {

/// Prints what became of all images: a line, with --dry-run a line for each, or what --report says.
void tell(Session& session, const SyncFlags& flags,
          const std::vector<registry::SyncResult>& results);

}  // namespace lade::cmd

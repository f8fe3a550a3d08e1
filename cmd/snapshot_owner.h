#pragma once

#include "cmd/session.h"

namespace lade::cmd {

/// An ordinary user's snapshots, cache mounts and working containers have files of subordinate ids,
/// which only uid 0 of the user namespace can delete: enters it if the store has any. To be called
/// before the store is opened, while the process has one thread. Warns if it cannot be entered.
void become_owner_of_snapshots(Session& session);

}  // namespace lade::cmd

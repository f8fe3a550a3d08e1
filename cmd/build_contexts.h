#pragma once

#include <vector>

#include "builder/build/build.h"
#include "cmd/build_flags.h"
#include "libimage/base/temp_dir.h"

namespace lade::cmd {

/// Is the main context something else than a directory of the user's?
bool must_fetch_context(const BuildFlags& flags);

/// Build contexts that are no directories (an archive or a Containerfile on stdin, URLs, git
/// repositories) become some, and `flags` name these from then on. They last as long as what is
/// returned.
std::vector<TempDir> fetch_contexts(BuildFlags& flags, const builder::BuildWorld& world);

}  // namespace lade::cmd

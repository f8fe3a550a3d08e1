#pragma once

#include <string>
#include <vector>

#include "builder/exec/copy_plan.h"
#include "libimage/layer/apply.h"

namespace lade::builder {

/// Everything of a tree below `source` (a pattern; empty is all) as a copy to / would take it.
std::vector<CopyItem> copied_items(SourceTree& tree, const std::string& source, bool keep_owners);

/// Writes what was planned into a directory on disk; `what` names it in errors.
void write_items(const std::vector<CopyItem>& items, const std::string& directory,
                 ApplyOptions::Ownership ownership, const std::string& what);

}  // namespace lade::builder

#pragma once

#include <string_view>

#include "builder/exec/source_tree.h"

namespace lade::builder {

/// Throws `not_found` for a source of COPY or ADD that matches nothing, with what may help: that an
/// ignore file leaves it out, or the path that was probably meant.
[[noreturn]] void fail_missing(SourceTree& tree, std::string_view pattern);

}  // namespace lade::builder

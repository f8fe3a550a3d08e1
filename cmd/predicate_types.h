#pragma once

#include "signing/attest/predicate_types.h"

namespace lade::cmd {

using signing::predicate_type_of;
using signing::predicate_word;

}  // namespace lade::cmd

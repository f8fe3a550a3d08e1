#pragma once

#include "libimage/base/cancel_token.h"

namespace lade::cmd {

/// From now on SIGINT, SIGTERM and SIGHUP cancel the token instead of ending the program; a second
/// one ends it. Made once.
const CancelToken& cancel_on_signals();

}  // namespace lade::cmd

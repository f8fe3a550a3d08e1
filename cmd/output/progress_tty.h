#pragma once

#include <memory>

#include "libimage/base/progress.h"

namespace lade::cmd {

/// A lively display on the terminal `fd`, redrawn on events, at most 20 times a second. What runs
/// is taken off the screen when the object goes.
std::unique_ptr<Progress> make_tty_progress(int fd, bool colors);

}  // namespace lade::cmd

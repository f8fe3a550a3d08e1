#pragma once

#include <chrono>
#include <memory>

#include "libimage/base/progress.h"

namespace lade::cmd {

/// For logs: a line when a task begins, how far it is if that takes longer than `pause`, its output
/// line by line behind its number, a line when it ends. Written to a descriptor, whole lines at a
/// time; foreign text made printable.
std::unique_ptr<Progress> make_plain_progress(
    int fd, std::chrono::milliseconds pause = std::chrono::seconds(5));

}  // namespace lade::cmd

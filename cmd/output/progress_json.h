#pragma once

#include <functional>
#include <memory>
#include <string>

#include "libimage/base/progress.h"

namespace lade::cmd {

/// One JSON record per event, a line each, handed to `write`: {"schemaVersion", "event", …} with
/// the events begin (task, name, totalBytes), advance (task, bytes so far; not more often than
/// every mebibyte), output (task, text), finish (task, outcome, bytes) and warning (message).
std::unique_ptr<Progress> make_json_progress(std::function<void(const std::string& line)> write);

}  // namespace lade::cmd

#pragma once

#include <string>

namespace lade::cmd {

/// "0.1.0"
std::string version_number();
/// "lade 0.1.0 (commit), …" with the versions of the libraries it was built with.
std::string version_text();

}  // namespace lade::cmd

#pragma once

#include <string>
#include <string_view>

namespace lade::cmd {

/// Writes a file whole or not at all. `conflict` if it is there already, unless `replaces`.
void write_key_file(const std::string& path, std::string_view text, unsigned mode, bool replaces);

/// `conflict` if there is something at `path`, unless `replaces`: asked before work is done for
/// nothing.
void require_writable_key_file(const std::string& path, bool replaces);

}  // namespace lade::cmd

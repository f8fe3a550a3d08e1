#pragma once

#include <string>
#include <string_view>

#include "libimage/base/fd.h"

namespace lade::cmd {

/// What the program is called with to be the process below.
inline constexpr std::string_view file_server_word = "--serve-files-of-user-namespace";

/// Opens files of layers in the user's namespace, as whose root it may read what belongs to the
/// user's subordinate ids: the other end of the socket at stdin asks, until it is closed. Returns
/// the exit code.
int serve_files();

/// Asks such a process for a file; it is started by the first one who asks, and ends with this
/// program. `denied` where even the namespace's root may not. Calls may come from several threads.
Fd open_in_user_namespace(const std::string& directory, const std::string& path);

}  // namespace lade::cmd

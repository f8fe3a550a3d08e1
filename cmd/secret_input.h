#pragma once

#include <cstddef>
#include <string>

#include "libimage/base/secret.h"

namespace lade::cmd {

/// All that descriptor `number` gives; nothing of it is left in other memory. `invalid` if that is
/// more than `limit_bytes`; `name` is for the message.
Secret read_secret(int number, const std::string& name, std::size_t limit_bytes);
Secret read_secret_file(const std::string& path, std::size_t limit_bytes);

/// The same without the end of its one line: a password. `invalid` if there are more lines.
Secret read_secret_line(int number, const std::string& name);
Secret read_secret_line_of_file(const std::string& path);

/// From now on this process leaves no core dump, and no other process of its user may look into its
/// memory. Called before a private key or its passphrase is read.
void hide_memory();

}  // namespace lade::cmd

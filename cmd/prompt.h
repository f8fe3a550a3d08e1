#pragma once

#include <string>
#include <string_view>

#include "libimage/base/secret.h"

namespace lade::cmd {

/// Asks the person at the terminal, on stderr, and reads a line from stdin. `invalid`, saying
/// `instead`, if stdin is no terminal; `cancelled` by a signal, and at the end of what is typed.
std::string ask_line(std::string_view question, std::string_view instead);
/// The same for what nobody is to see: the terminal shows nothing of it.
Secret ask_secret(std::string_view question, std::string_view instead);

/// All of stdin but the end of its line; `invalid` if that is nothing or more than a password.
Secret read_secret_from_stdin();

}  // namespace lade::cmd

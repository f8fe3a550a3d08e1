#pragma once

#include <string>
#include <string_view>

namespace lade::cmd {

/// Text as it may stand in an element or a quoted attribute of a page; control bytes and invalid
/// UTF-8 as \xNN.
std::string escape_html(std::string_view text);

}  // namespace lade::cmd

#pragma once

#include <string>
#include <vector>

namespace lade {

/// The names in a directory, sorted, without "." and ".."; empty if there is no such directory.
std::vector<std::string> list_directory(const std::string& path);

}  // namespace lade

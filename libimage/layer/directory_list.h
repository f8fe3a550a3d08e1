#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lade {

struct ListedName {
  std::string name;
  /// False only if the file system says that this is no character device.
  bool may_be_char_device = true;
};

/// What is in an open directory, in no order, without "." and "..". `shown` is for messages.
std::vector<ListedName> list_directory(int directory, std::string_view shown);

}  // namespace lade

#pragma once

#include <string>
#include <unordered_map>

#include "libimage/archive/entry.h"

namespace lade::builder {

/// Keeps hard links among the members of a layer that is being put together: of the names of one
/// file the first is the file, the others are links to it.
class HardLinks {
 public:
  /// To be called in the order of the layer; equal `identity`, same file. True if the file has come
  /// before: `entry` is a link to it now, and no contents are to be written.
  bool join(const std::string& identity, Entry& entry) {
    const auto [first, fresh] = first_names_.emplace(identity, entry.path);
    if (fresh) return false;
    entry.type = EntryType::hardlink;
    entry.link_target = first->second;
    entry.size_bytes = 0;
    return true;
  }

 private:
  std::unordered_map<std::string, std::string> first_names_;
};

}  // namespace lade::builder

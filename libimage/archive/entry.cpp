#include "libimage/archive/entry.h"

namespace lade {

std::string_view to_string(EntryType type) {
  switch (type) {
    case EntryType::file:
      return "file";
    case EntryType::directory:
      return "directory";
    case EntryType::symlink:
      return "symlink";
    case EntryType::hardlink:
      return "hard link";
    case EntryType::char_device:
      return "character device";
    case EntryType::block_device:
      return "block device";
    case EntryType::fifo:
      return "fifo";
  }
  return "unknown";
}

}  // namespace lade

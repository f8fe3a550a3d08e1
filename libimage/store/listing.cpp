#include "libimage/store/listing.h"

#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "libimage/base/error.h"

namespace lade {

std::vector<std::string> list_directory(const std::string& path) {
  struct Close {
    void operator()(DIR* directory) const { ::closedir(directory); }
  };
  const std::unique_ptr<DIR, Close> directory(::opendir(path.c_str()));
  if (!directory) {
    if (errno == ENOENT) return {};
    fail_errno("cannot list {}", path);
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) fail_errno("cannot list {}", path);
  std::ranges::sort(names);
  return names;
}

}  // namespace lade

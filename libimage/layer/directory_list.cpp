#include "libimage/layer/directory_list.h"

#include <dirent.h>
#include <fcntl.h>

#include <cerrno>
#include <memory>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/text.h"

namespace lade {

std::vector<ListedName> list_directory(int directory, std::string_view shown) {
  // a description of its own: reading moves the position, and closing the stream closes it
  Fd copy = open_fd_at(directory, ".", O_RDONLY | O_DIRECTORY);
  const std::unique_ptr<DIR, decltype([](DIR* open) { ::closedir(open); })> stream(
      ::fdopendir(copy.get()));
  if (!stream) fail_errno("cannot list {}", printable(shown));
  copy.release();
  std::vector<ListedName> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    names.push_back({std::string(name), entry->d_type == DT_CHR || entry->d_type == DT_UNKNOWN});
  }
  if (errno != 0) fail_errno("cannot list {}", printable(shown));
  return names;
}

}  // namespace lade

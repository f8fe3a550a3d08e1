#include "cmd/key_files.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

[[noreturn]] void fail_as_there(const std::string& path) {
  fail(ErrorKind::conflict, "there is already {}; --force replaces it", printable(path));
}

/// Without RENAME_NOREPLACE (NFS) a second name does the same.
bool moves_without_replacing(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  return errno == EINVAL && ::link(from.c_str(), to.c_str()) == 0;
}

}  // namespace

void require_writable_key_file(const std::string& path, bool replaces) {
  struct stat status {};
  if (!replaces && ::lstat(path.c_str(), &status) == 0) fail_as_there(path);
}

void write_key_file(const std::string& path, std::string_view text, unsigned mode, bool replaces) {
  if (replaces) return write_file_atomic(path, text, mode);
  const TempDir beside(directory_of(path), ".lade-key");
  const std::string temporary = beside.path() + "/key";
  write_file_atomic(temporary, text, mode);
  if (!moves_without_replacing(temporary, path)) {
    if (errno == EEXIST) fail_as_there(path);
    fail_errno("cannot write {}", path);
  }
  sync_directory(directory_of(path));
}

}  // namespace lade::cmd

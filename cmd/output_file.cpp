#include "cmd/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"

namespace lade::cmd {
namespace {

/// /dev/stdout may be a regular file: whoever opened it goes on writing there.
bool is_of_this_process(const std::string& path) {
  return path.starts_with("/dev/") || path.starts_with("/proc/");
}

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

/// The path with all links followed; empty if it leads nowhere.
std::string followed(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? std::string(real.get()) : std::string();
}

}  // namespace

OutputFile::OutputFile(const std::string& path) : path_(path) {
  struct stat found {};
  const bool exists = ::stat(path.c_str(), &found) == 0;
  if (exists && S_ISDIR(found.st_mode)) {
    fail(ErrorKind::invalid, "cannot write {}: it is a directory", path);
  }
  if (is_of_this_process(path) || (exists && !S_ISREG(found.st_mode))) {
    if (::access(path.c_str(), W_OK) != 0) fail_errno("cannot write {}", path);
    return;
  }
  struct stat link {};
  const bool is_link = ::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
  is_made_ = is_link && !exists;
  if (is_made_) return;
  if (is_link) path_ = followed(path);
  is_replaced_ = true;
  const std::string directory = directory_of(path_);
  open_fd(directory, O_PATH | O_DIRECTORY);
  if (::access(directory.c_str(), W_OK) != 0) fail_errno("cannot write {}", path);
}

void OutputFile::write(std::string_view text) const {
  if (is_replaced_) return write_file_atomic(path_, text);
  const Fd file = open_fd(path_, O_WRONLY | O_APPEND | (is_made_ ? O_CREAT : 0));
  write_full(file.get(), as_bytes(text));
}

}  // namespace lade::cmd

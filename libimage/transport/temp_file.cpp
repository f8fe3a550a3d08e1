#include "libimage/transport/temp_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>

namespace lade {

TempFile::TempFile(const std::string& prefix, unsigned mode) {
  static std::atomic<unsigned> counter = 0;
  // processes of different pid namespaces may share a directory, so a name can be taken
  for (;;) {
    path_ = fmt::format("{}{}-{}.tmp", prefix, ::getpid(), counter++);
    file_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (file_) return;
    if (errno != EEXIST) fail_errno("cannot create {}", path_);
  }
}

TempFile::~TempFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

void TempFile::sync() {
  if (::fsync(file_.get()) != 0) fail_errno("cannot sync {}", path_);
}

void TempFile::move_to(const std::string& target) {
  if (::rename(path_.c_str(), target.c_str()) != 0) {
    fail_errno("cannot rename {} to {}", path_, target);
  }
  path_.clear();
}

Fd anonymous_file(const std::string& directory) {
  const TempFile named(directory + "/lade-spool-", 0600);
  return duplicate(named.fd());
}

}  // namespace lade

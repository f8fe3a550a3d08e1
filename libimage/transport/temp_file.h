#pragma once

#include <string>

#include "libimage/base/fd.h"

namespace lade {

/// A new file that is removed again unless it is moved to where it belongs.
class TempFile {
 public:
  /// Creates a file whose path begins with `prefix`; the umask applies, as it may become what the
  /// user asked for.
  explicit TempFile(const std::string& prefix, unsigned mode = 0644);
  /// Takes over one that is there.
  TempFile(std::string path, Fd file) : path_(std::move(path)), file_(std::move(file)) {}
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile();

  int fd() const { return file_.get(); }
  const std::string& path() const { return path_; }
  /// fsync.
  void sync();
  /// Renames the file to `target`, replacing what is there.
  void move_to(const std::string& target);
  /// Leaves the file where it is.
  void release() { path_.clear(); }

 private:
  std::string path_;
  Fd file_;
};

/// A file without a name in `directory`, gone with its descriptor.
Fd anonymous_file(const std::string& directory);

}  // namespace lade

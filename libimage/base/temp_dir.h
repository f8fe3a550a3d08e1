#pragma once

#include <string>

namespace lade {

/// A directory of its own below `parent`, removed with all it holds by the destructor.
class TempDir {
 public:
  explicit TempDir(const std::string& parent, const std::string& prefix = "lade");
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&&) = delete;
  ~TempDir();

  const std::string& path() const { return path_; }
  /// Keeps the directory: the caller has moved or adopted it.
  void release() { path_.clear(); }

 private:
  std::string path_;
};

}  // namespace lade

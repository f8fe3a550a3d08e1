#pragma once

#include <string>
#include <utility>

namespace lade {

/// A directory of its own below `parent`, removed with all it holds by the destructor.
class TempDir {
 public:
  explicit TempDir(const std::string& parent, const std::string& prefix = "lade");
  TempDir(TempDir&& other) noexcept;
  /// Takes over a directory that is there.
  static TempDir adopt(std::string path) { return TempDir(Adopted{}, std::move(path)); }
  TempDir& operator=(TempDir&&) = delete;
  ~TempDir();

  const std::string& path() const { return path_; }
  /// Keeps the directory: the caller has moved or adopted it.
  void release() { path_.clear(); }

 private:
  struct Adopted {};
  TempDir(Adopted, std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace lade

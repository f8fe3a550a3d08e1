#include "libimage/base/temp_dir.h"

#include <cstdlib>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/file.h"

namespace lade {

TempDir::TempDir(const std::string& parent, const std::string& prefix)
    : path_(join_path(parent, prefix + "-XXXXXX")) {
  if (::mkdtemp(path_.data()) == nullptr) fail_errno("cannot make a directory in {}", parent);
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TempDir::~TempDir() {
  if (path_.empty()) return;
  try {
    remove_tree(path_);
  } catch (const Error&) {
    // what stays is garbage that the owner of the parent directory sweeps
  }
}

}  // namespace lade

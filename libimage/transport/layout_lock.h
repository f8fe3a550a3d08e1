#pragma once

#include <string>

#include "libimage/base/fd.h"

namespace lade {

/// A lock on an OCI layout, held for the object's life. It lies on byte ranges of the layout's own
/// `oci-layout` file (open file description locks), so that it leaves no file that other programs
/// would stumble over, and works on network file systems.
class LayoutLock {
 public:
  enum class Part : unsigned char {
    index,  ///< index.json: held while it is re-read, changed and replaced
    blobs   ///< shared by whoever adds blobs, exclusive for whoever removes unused ones
  };
  enum class Mode : unsigned char { shared, exclusive };

  /// Waits. With `create`, makes the layout at `path` if there is none.
  static LayoutLock acquire(const std::string& path, Part part, Mode mode, bool create);

 private:
  explicit LayoutLock(Fd file) : file_(std::move(file)) {}
  Fd file_;
};

}  // namespace lade

#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "libimage/image/interfaces.h"

namespace lade {

/// Keeps several copies to one place from bringing the same blob at once: the others wait for the
/// first, and bring it themselves only if that failed.
class SharedBlobs : public std::enable_shared_from_this<SharedBlobs> {
 public:
  /// The destination as one of those who share the blobs of `place`.
  std::unique_ptr<ImageDestination> join(std::unique_ptr<ImageDestination> destination,
                                         const std::string& place);

 private:
  class Member;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> under_way_;  ///< "place digest"
  std::set<std::string> there_;
};

}  // namespace lade

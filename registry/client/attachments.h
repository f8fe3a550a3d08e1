#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libimage/base/guarded.h"
#include "libimage/image/referrer.h"
#include "registry/client/repository.h"

namespace lade::registry {

/// What is attached to the manifests of one repository: referrers and cosign's tags. Remembers for
/// the length of a job what saves requests: that a registry has no referrers API, and the tags
/// there are. Calls may come from several threads.
class Attachments {
 public:
  explicit Attachments(Repository repository) : repository_(std::move(repository)) {}

  std::vector<Referrer> find(const Digest& subject);
  /// A tag that is there from now on.
  void note(const std::string& tag);

 private:
  std::vector<Descriptor> find_referrers(const Digest& subject);
  /// Nothing: whether it is there cannot be told without asking for it.
  std::optional<bool> has(const std::string& tag);
  void read_tags();

  Repository repository_;
  std::atomic<bool> has_no_api_ = false;
  std::once_flag read_;
  /// Those of attached things; nothing if there are too many tags to tell.
  Guarded<std::optional<std::set<std::string>>> tags_;
};

}  // namespace lade::registry

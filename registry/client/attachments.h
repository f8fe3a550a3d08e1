#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

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

 private:
  std::vector<Descriptor> find_referrers(const Digest& subject);
  bool may_have(const std::string& tag);
  void read_tags();

  Repository repository_;
  std::atomic<bool> has_no_api_ = false;
  std::once_flag read_;
  /// Those of attached things; nothing if there are too many tags to tell.
  std::optional<std::set<std::string>> tags_;
};

}  // namespace lade::registry

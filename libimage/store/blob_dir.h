#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "libimage/base/fd.h"
#include "libimage/image/interfaces.h"
#include "libimage/store/session.h"

namespace lade {

/// The blobs of a store: immutable files named by their digest. Knows nothing of leases but that a
/// finished blob belongs into the session's.
class BlobDir {
 public:
  explicit BlobDir(StoreLayout layout) : layout_(std::move(layout)) {}

  std::optional<std::uint64_t> find_size(const Digest& digest) const;
  bool has(const Digest& digest) const { return find_size(digest).has_value(); }
  Fd open(const Digest& digest) const;
  /// The whole blob, verified; `corrupt` if it is damaged, `invalid` if it is larger.
  std::string read(const Digest& digest, std::size_t limit_bytes) const;
  std::unique_ptr<BlobWriter> begin(HashAlgorithm algorithm,
                                    std::shared_ptr<Session> session) const;
  /// Carries on with what an interrupted writer left of a large blob, and leaves as much.
  std::unique_ptr<BlobWriter> begin(const Descriptor& expected,
                                    std::shared_ptr<Session> session) const;
  /// Makes every blob that `has` shows last through a power cut. To be called before a row that
  /// points at blobs is written.
  void sync() const;
  /// Shows whatever has a digest for a name. Anything else in the directories goes to `foreign`
  /// with its path.
  void walk(const std::function<void(const Digest&)>& blob,
            const std::function<void(const std::string&)>& foreign) const;

 private:
  StoreLayout layout_;
};

}  // namespace lade

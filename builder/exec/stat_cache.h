#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "libimage/base/time.h"
#include "libimage/oci/digest.h"

namespace lade::builder {

/// Remembers the content digests of a build context's files between builds, by inode, size and
/// times, so that an unchanged tree is not read again. A cache: losing it costs time only.
class StatCache {
 public:
  /// Reads `path` if it is there and whole; `now` is when the scan began.
  StatCache(std::string path, Timestamp now);

  /// The digest of the file that `status` describes, if it was hashed in this very state.
  std::optional<Digest> find(const struct stat& status) const;
  /// A file whose times are not clearly in the past is not remembered: it could change again
  /// without its times changing.
  void put(const struct stat& status, const Digest& digest);
  /// Writes what was asked for or put since the start, if anything is new.
  void save();

 private:
  struct Key {
    std::uint64_t device;
    std::uint64_t inode;
    bool operator==(const Key&) const = default;
  };
  struct HashKey {
    std::size_t operator()(const Key& key) const noexcept {
      return static_cast<std::size_t>(key.inode * 0x9e3779b97f4a7c15ULL ^ key.device);
    }
  };
  struct Record {
    std::uint64_t device;
    std::uint64_t inode;
    std::uint64_t size_bytes;
    std::int64_t mtime_ns;
    std::int64_t ctime_ns;
    std::array<std::byte, 32> hash;
  };

  static Record describe(const struct stat& status);
  void load();

  std::string path_;
  std::int64_t trusted_before_ns_;
  std::unordered_map<Key, Record, HashKey> records_;
  bool changed_ = false;
};

}  // namespace lade::builder

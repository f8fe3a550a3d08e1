#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libimage/base/time.h"
#include "libimage/oci/digest.h"

namespace lade::builder {

/// Remembers the content digests of a build context's files between builds, by inode, size and
/// times, so that an unchanged tree is not read again. Where a file was when it was hashed is noted
/// too: files that are gone are forgotten. A cache: losing it costs time only.
class StatCache {
 public:
  /// Reads `path` if it is there and whole; `now` is when the scan began.
  StatCache(std::string path, Timestamp now);

  /// The digest of the file that `status` describes, if it was hashed in this very state.
  std::optional<Digest> find(const struct stat& status);
  /// A file whose times are not clearly in the past is not remembered: it could change again
  /// without its times changing.
  void put(const struct stat& status, const Digest& digest, std::string_view path = {});
  /// The state of the file at a path, if there is one.
  using Look = std::function<std::optional<struct stat>(const std::string& path)>;
  /// Writes what is known, if anything is new. What was neither found nor put since the start is
  /// kept only if `look` sees the same file at its path.
  void save(const Look& look);

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
    std::string path{};
    bool used = false;  ///< since the start
  };

  static Record describe(const struct stat& status);
  void load();

  std::string path_;
  std::int64_t trusted_before_ns_;
  std::unordered_map<Key, Record, HashKey> records_;
  bool changed_ = false;
};

}  // namespace lade::builder

#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/archive/entry.h"
#include "libimage/base/time.h"
#include "libimage/layer/apply.h"
#include "libimage/layer/toc.h"

namespace lade {

/// What a path has besides its type and contents.
struct Metadata {
  std::uint32_t mode = 0755;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  Timestamp mtime;
  std::map<std::string, std::string> xattrs;
};
Metadata metadata_of(const Entry& entry);
Metadata metadata_of(const TocEntry& entry);

/// A name in an open directory; an empty name is the open file itself.
struct DiskName {
  int directory;
  std::string name;
  std::string_view shown;  ///< the path, for messages
};

/// Gives unpacked paths their owner, extended attributes, mode and time, in the one order in which
/// none undoes another: chown takes setuid bits and capabilities away, chmod takes the owner's
/// right to set attributes, anything else changes times.
class MetadataWriter {
 public:
  MetadataWriter(const ApplyOptions& options, std::vector<std::string>& warnings);

  /// A file or directory through its own descriptor. `owned`: it is known to be the caller's.
  void set_open(int number, std::string_view shown, const Metadata& metadata, bool owned);
  /// A symlink, device or pipe.
  void set_named(const DiskName& at, bool is_symlink, const Metadata& metadata);
  /// Takes from a directory that lower layers left the attributes that a layer could have set.
  void drop_xattrs(int number, std::string_view shown);
  /// Notes a line, once, while there are fewer than 100.
  void warn(std::string line);

 private:
  struct Owner {
    std::uint32_t uid, gid;
  };
  void set_owner(const DiskName& at, const Metadata& metadata, bool can_record, bool owned);
  void record_owner(const DiskName& at, const Metadata& metadata, bool can_record);
  void set_xattrs(const DiskName& at, const Metadata& metadata);
  void set_xattr(const DiskName& at, const std::string& name, const std::string& value);
  static void set_mtime(const DiskName& at, Timestamp mtime);

  const ApplyOptions& options_;
  std::vector<std::string>& warnings_;
  std::set<std::string> warned_;
  std::uint32_t user_;
  std::uint32_t group_;
};

/// May an archive set this attribute? Not the ones that steer overlayfs or Lade itself.
bool is_layer_xattr(std::string_view name);

}  // namespace lade

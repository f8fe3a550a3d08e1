#pragma once

#include <memory>
#include <string>
#include <vector>

#include "builder/exec/source_tree.h"
#include "libimage/base/fd.h"
#include "libimage/base/temp_dir.h"
#include "libimage/store/store.h"

namespace lade::builder {

/// The members of a tar archive (plain, gzip, zstd, xz or bzip2), as ADD unpacks them: names
/// confined to the archive's root, names that begin with ".wh." nothing special. The contents are
/// spooled uncompressed into the store's work space.
class ArchiveTree final : public SourceTree {
 public:
  ArchiveTree(lade::Source& archive, const std::string& name, Store& store);

  std::string name() const override { return name_; }
  std::optional<Entry> find(std::string_view path) override;
  std::vector<Entry> list(std::string_view directory) override;
  std::vector<Digest> hash(std::span<const Entry> files) override;
  std::unique_ptr<lade::Source> open(const Entry& file) override;
  std::string identity(const Entry& file) override;

 private:
  struct Member {
    Entry entry;
    std::uint64_t offset = 0;
    std::optional<Digest> content;
    std::size_t file_number = 0;  ///< the same for the names of one file
  };
  void add(Member member);
  const Member& member(std::string_view path) const;

  std::string name_;
  TempDir directory_;
  Fd spool_;
  std::vector<Member> members_;  ///< sorted by path_less
};

/// Is this file a tar archive, packed or not? A packed file that holds something else is none;
/// `corrupt` if it breaks before that can be told.
bool is_archive(SourceTree& tree, const Entry& file);

}  // namespace lade::builder

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "builder/exec/archive_tree.h"
#include "builder/exec/context_tree.h"
#include "builder/exec/workshop.h"
#include "builder/plan/op.h"
#include "libimage/base/temp_dir.h"

namespace lade::builder {

/// A repository that ADD names, looked up at its server. Throws `corrupt` if the commit is not the
/// one that the checksum says.
RepositoryCommit resolve_repository(const Workshop& workshop, const RemoteRepository& repository);

/// The files of one commit of a git repository, all with its time, and on demand its .git.
class RepositoryTree final : public SourceTree {
 public:
  RepositoryTree(const Workshop& workshop, const RemoteRepository& repository,
                 const RepositoryCommit& commit);

  /// Where in the tree the files are that were asked for. `not_found` if there is no such
  /// directory.
  std::string start();

  std::string name() const override { return name_; }
  std::optional<Entry> find(std::string_view path) override;
  std::vector<Entry> list(std::string_view directory) override;
  std::vector<Digest> hash(std::span<const Entry> files) override;
  std::unique_ptr<lade::Source> open(const Entry& file) override;

 private:
  bool is_git_path(std::string_view path) const;
  Entry from_git(Entry entry) const;

  std::string name_;
  std::string subdir_;
  TempDir directory_;
  Timestamp committed_;
  std::optional<ArchiveTree> files_;
  std::unique_ptr<ContextTree> git_;  ///< none unless .git is kept
};

}  // namespace lade::builder

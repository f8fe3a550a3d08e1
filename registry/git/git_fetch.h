#pragma once

#include "libimage/image/interfaces.h"
#include "registry/git/git_program.h"

namespace lade::registry {

/// Fetches repositories with the program git (2.31 or newer). No checkout is made and nothing of a
/// repository is followed: its files come out as `git archive` writes them, with the attributes
/// that only archives heed turned off. So line ends, encodings and $Id$ are as a checkout has them.
class GitRepositoryFetcher final : public RepositoryFetcher {
 public:
  explicit GitRepositoryFetcher(GitEnvironment environment)
      : environment_(std::move(environment)) {}

  RepositoryCommit resolve(const RepositoryRequest& request, const std::string& directory) override;
  FetchedRepository fetch(const RepositoryRequest& request, const RepositoryCommit& commit,
                          const std::string& directory) override;

 private:
  GitEnvironment environment_;
};

}  // namespace lade::registry

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lade::containerfile {

/// A git repository as ADD and the command line name it, taken apart.
struct GitSource {
  std::string remote;    ///< what git fetches from: no fragment, no query
  std::string ref;       ///< branch, tag, full ref name or commit; empty: the default branch
  std::string checksum;  ///< what the commit's id must begin with, lower case; empty: not given
  std::string subdir;    ///< path inside of the repository, no slash around it; empty: all of it
  std::optional<bool> keep_git_dir;
  std::optional<bool> submodules;

  bool operator==(const GitSource&) const = default;
};

/// Reads `https://host/path.git`, `ssh://…`, `git://…` and `user@host:path`, each with
/// `?ref=…&branch=…&tag=…&subdir=…&checksum=…&keep-git-dir=…&submodules=…` or `#ref:subdir` behind
/// it. Nothing if the text names no repository; `invalid` if it does, and its query, ref, checksum
/// or subdir cannot be (Dockerfile reference, "ADD", "Git repository").
std::optional<GitSource> find_git_source(std::string_view text);

/// A checksum of a commit: 7 to 64 hex digits, in lower case. Throws `invalid`.
std::string parse_commit_checksum(std::string_view text);

}  // namespace lade::containerfile

// A ref is first looked up at the server, by full names only, branches before tags. Then the one
// commit is fetched without history, under its full name, so that what comes is what was looked up.
// Servers that cannot do so (plain files over http have no shallow clones, and some servers hand
// out no commit by its id) are asked for more: the ref with history, every branch and tag.
#include "registry/git/git_fetch.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::registry {
namespace {

constexpr std::string_view commit_ref = "refs/lade/commit";

bool is_whole_id(std::string_view text) {
  const bool hex = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  return hex && (text.size() == 40 || text.size() == 64);
}

/// git init of an empty repository that has no hooks and no notes for people.
void make_repository(const GitProgram& git, bool long_ids) {
  std::vector<std::string> arguments = {"init", "-q", "--template="};
  if (long_ids) arguments.push_back("--object-format=sha256");
  git.run(arguments);
}

/// "<id>\t<name>" lines.
std::map<std::string, std::string> parse_refs(const std::string& text) {
  std::map<std::string, std::string> ids;
  for (const std::string& line : split(text, '\n')) {
    const auto tab = line.find('\t');
    if (tab != std::string::npos && is_whole_id(line.substr(0, tab))) {
      ids[line.substr(tab + 1)] = line.substr(0, tab);
    }
  }
  return ids;
}

RepositoryCommit default_branch(const GitProgram& git) {
  const std::string text = git.run({"ls-remote", "--symref", "--", "origin", "HEAD"});
  const auto ids = parse_refs(text);
  const auto head = ids.find("HEAD");
  if (head == ids.end()) {
    fail(ErrorKind::not_found, "{}: the repository is empty: it has no HEAD", git.shown_remote());
  }
  constexpr std::string_view mark = "ref: ";
  std::string name;
  if (text.starts_with(mark)) name = text.substr(mark.size(), text.find('\t') - mark.size());
  return {head->second, name.starts_with("refs/") ? name : "HEAD"};
}

RepositoryCommit find_ref(const GitProgram& git, const std::string& ref) {
  const auto ids = parse_refs(git.run({"ls-remote", "--", "origin", ref, ref + "^{}"}));
  const std::string names[] = {ref, "refs/" + ref, "refs/heads/" + ref, "refs/tags/" + ref};
  for (const std::string& name : names) {
    const auto found = ids.find(name);
    if (!name.starts_with("refs/") || found == ids.end()) continue;
    const auto peeled = ids.find(name + "^{}");
    if (peeled == ids.end()) return {found->second, name};
    return {peeled->second, name, found->second};
  }
  fail(ErrorKind::not_found, "{} has no branch, tag or ref \"{}\"", git.shown_remote(),
       printable(ref));
}

bool has_commit(const GitProgram& git, const std::string& id) {
  std::string reason;
  return git.try_run({"cat-file", "-e", id + "^{commit}"}, reason);
}

void fetch_commit(const GitProgram& git, const RepositoryCommit& commit) {
  std::string local = commit.ref;
  if (!local.starts_with("refs/")) local = commit_ref;
  const std::string wanted = commit.ref.empty() ? commit.id : commit.ref;
  const std::string spec = fmt::format("+{}:{}", wanted, local);
  std::string reason;
  const std::vector<std::string> fetch = {"fetch", "-q", "--no-tags", "--no-write-fetch-head"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), fetch.begin(), fetch.end());
    return more;
  };
  const bool done = git.try_run(with({"--depth=1", "--", "origin", spec}), reason) ||
                    git.try_run(with({"--", "origin", spec}), reason);
  if (done && has_commit(git, commit.id)) return;
  git.run(with({"--", "origin", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"}));
  if (has_commit(git, commit.id)) return;
  fail(ErrorKind::not_found, "{} has no commit {} on any branch or tag", git.shown_remote(),
       commit.id);
}

std::vector<std::string> list_submodules(const GitProgram& git, const std::string& id) {
  std::vector<std::string> paths;
  for (const std::string& line : split(git.run({"ls-tree", "-r", "-z", id}), '\0')) {
    const auto tab = line.find('\t');
    if (line.starts_with("160000 ") && tab != std::string::npos) {
      paths.push_back(line.substr(tab + 1));
    }
  }
  return paths;
}

/// Makes the repository one that a checkout of the commit belongs to.
void prepare_git_directory(const GitProgram& git, const std::string& id) {
  git.run({"update-ref", "--no-deref", "HEAD", id});
  std::string reason;
  git.try_run({"update-ref", "-d", std::string(commit_ref)}, reason);
  git.run({"config", "core.bare", "false"});
  git.run({"config", "remote.origin.url", git.shown_remote()});
  git.run({"config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"});
  git.run({"read-tree", id});
  // packed anew: what a server sends is packed as it pleases that day
  git.run({"repack", "-q", "-a", "-d", "-f"});
}

}  // namespace

RepositoryCommit GitRepositoryFetcher::resolve(const RepositoryRequest& request,
                                               const std::string& directory) {
  if (is_whole_id(request.ref)) return {request.ref, ""};
  const GitProgram git(directory + "/refs.git", directory, request.remote, environment_);
  make_repository(git, false);
  return request.ref.empty() ? default_branch(git) : find_ref(git, request.ref);
}

FetchedRepository GitRepositoryFetcher::fetch(const RepositoryRequest& request,
                                              const RepositoryCommit& commit,
                                              const std::string& directory) {
  const GitProgram git(directory + "/repository.git", directory, request.remote, environment_);
  make_repository(git, commit.id.size() == 64);
  fetch_commit(git, commit);
  FetchedRepository fetched;
  fetched.git_directory = git.repository();
  fetched.submodules = list_submodules(git, commit.id);
  const std::string time = git.run({"log", "-1", "--format=%ct", commit.id, "--"});
  fetched.committed.seconds = parse_int(trim(time)).value_or(0);
  if (request.keep_git_directory) prepare_git_directory(git, commit.id);
  // these are stronger than what the repository says itself
  make_directories(git.repository() + "/info");
  write_file_atomic(git.repository() + "/info/attributes", "* -export-ignore -export-subst\n");
  fetched.files = git.open({"archive", "--format=tar", commit.id});
  return fetched;
}

}  // namespace lade::registry

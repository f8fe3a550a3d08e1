#include "builder/exec/repository_tree.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"
#include "libimage/layer/layer_path.h"

namespace lade::builder {
namespace {

constexpr std::string_view git_name = ".git";

RepositoryFetcher& fetcher_of(const Workshop& workshop, const RemoteRepository& repository) {
  if (workshop.repositories != nullptr) return *workshop.repositories;
  fail(ErrorKind::unavailable, "cannot fetch {}: this build has no network",
       without_userinfo(repository.remote));
}

RepositoryRequest request_of(const RemoteRepository& repository) {
  return {repository.remote, repository.ref, repository.keep_git_dir};
}

std::string_view inner_path(std::string_view path) {
  return path.substr(std::min(path.size(), git_name.size() + 1));
}

}  // namespace

RepositoryCommit resolve_repository(const Workshop& workshop, const RemoteRepository& repository) {
  const TempDir directory = TempDir::adopt(workshop.store->make_work_dir("git"));
  RepositoryCommit commit =
      fetcher_of(workshop, repository).resolve(request_of(repository), directory.path());
  const std::string& wanted = repository.checksum;
  if (!commit.id.starts_with(wanted) && !commit.tag.starts_with(wanted)) {
    fail(ErrorKind::corrupt, "{}: wanted commit {}, got {}", without_userinfo(repository.remote),
         wanted, commit.id);
  }
  workshop.materials->add(material_of(repository.remote, commit));
  return commit;
}

RepositoryTree::RepositoryTree(const Workshop& workshop, const RemoteRepository& repository,
                               const RepositoryCommit& commit)
    : name_(without_userinfo(repository.remote)),
      subdir_(repository.subdir),
      directory_(TempDir::adopt(workshop.store->make_work_dir("git"))) {
  const FetchedRepository fetched =
      fetcher_of(workshop, repository).fetch(request_of(repository), commit, directory_.path());
  committed_ = fetched.committed;
  files_.emplace(*fetched.files, name_, *workshop.store);
  if (!fetched.submodules.empty() && workshop.run.warning) {
    workshop.run.warning(fmt::format("{}: submodules are not fetched, {} stays an empty directory",
                                     name_, printable(join(fetched.submodules, ", "))));
  }
  if (!repository.keep_git_dir || !subdir_.empty()) return;
  ContextTree::Options options;
  options.directory = fetched.git_directory;
  options.ignore = containerfile::IgnoreRules::parse("info\n");
  git_ = std::make_unique<ContextTree>(std::move(options));
}

std::string RepositoryTree::start() {
  std::string path = resolve(*this, subdir_);
  const auto entry = find(path);
  if (!entry) {
    fail(ErrorKind::not_found, "{} has no directory {}", name_, printable(subdir_));
  }
  if (entry->type != EntryType::directory) {
    fail(ErrorKind::invalid, "{}: {} is a {}, wanted a directory", name_, printable(subdir_),
         to_string(entry->type));
  }
  return path;
}

bool RepositoryTree::is_git_path(std::string_view path) const {
  return git_ && (path == git_name || is_below(path, git_name));
}

/// Neither the umask nor the clock of this machine shows.
Entry RepositoryTree::from_git(Entry entry) const {
  entry.path =
      entry.path.empty() ? std::string(git_name) : fmt::format("{}/{}", git_name, entry.path);
  if (entry.type != EntryType::symlink) {
    entry.mode = entry.type == EntryType::directory ? 0755 : 0644;
  }
  entry.mtime = committed_;
  return entry;
}

std::optional<Entry> RepositoryTree::find(std::string_view path) {
  auto entry = is_git_path(path) ? git_->find(inner_path(path)) : files_->find(path);
  if (!entry) return std::nullopt;
  if (is_git_path(path)) return from_git(*std::move(entry));
  if (path.empty()) entry->mtime = committed_;
  return entry;
}

std::vector<Entry> RepositoryTree::list(std::string_view directory) {
  if (is_git_path(directory)) {
    std::vector<Entry> entries = git_->list(inner_path(directory));
    for (Entry& entry : entries) entry = from_git(std::move(entry));
    return entries;
  }
  std::vector<Entry> entries = files_->list(directory);
  if (!directory.empty() || !git_) return entries;
  entries.push_back(*find(git_name));
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.path < b.path; });
  return entries;
}

std::vector<Digest> RepositoryTree::hash(std::span<const Entry> files) {
  std::vector<Digest> digests;
  digests.reserve(files.size());
  for (const Entry& file : files) {
    if (is_git_path(file.path)) {
      Entry inner = file;
      inner.path = std::string(inner_path(file.path));
      digests.push_back(git_->hash(std::span(&inner, 1)).front());
    } else {
      digests.push_back(files_->hash(std::span(&file, 1)).front());
    }
  }
  return digests;
}

std::unique_ptr<lade::Source> RepositoryTree::open(const Entry& file) {
  if (!is_git_path(file.path)) return files_->open(file);
  Entry inner = file;
  inner.path = std::string(inner_path(file.path));
  return git_->open(inner);
}

}  // namespace lade::builder

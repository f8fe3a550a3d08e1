// What is fetched becomes a directory in the store's work space, so that from there on it is a
// context like any other. Archives are unpacked by the code that ADD unpacks them with: no name in
// them leads out of the directory, and owners are not kept.
#include "builder/build/fetched_context.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "builder/containerfile/git_source.h"
#include "builder/containerfile/source.h"
#include "builder/exec/archive_tree.h"
#include "builder/exec/fetch_tree.h"
#include "builder/exec/repository_tree.h"
#include "builder/exec/tree_files.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"

namespace lade::builder {
namespace {

constexpr std::string_view bare_github = "github.com/";

std::string repository_name(std::string_view place) {
  return (place.starts_with(bare_github) ? "https://" : "") + std::string(place);
}

std::optional<containerfile::GitSource> find_repository(std::string_view place) {
  // docker build takes this host without a scheme, and then without .git too
  std::string name = repository_name(place);
  if (place.starts_with(bare_github)) {
    const auto end = std::min(name.find_first_of("?#"), name.size());
    if (!std::string_view(name).substr(0, end).ends_with(".git")) name.insert(end, ".git");
  }
  return containerfile::find_git_source(name);
}

bool is_document(std::string_view place) {
  return place.starts_with("http://") || place.starts_with("https://");
}

TempDir unpack(SourceTree& tree, const std::string& start, const BuildWorld& world) {
  TempDir directory = TempDir::adopt(world.store->make_work_dir("context"));
  CopyOp op;
  op.destination = "/";
  const std::vector<CopyItem> items =
      plan_copy(op, {{&tree, start, false, true}}, {0, 0, false}, MergedTree{}, {});
  write_items(items, directory.path(), ApplyOptions::Ownership::ignore, tree.name());
  // as a directory of the user's would be, not root's alone as working directories are
  if (::chmod(directory.path().c_str(), 0755) != 0) {
    fail_errno("cannot set the mode of {}", directory.path());
  }
  return directory;
}

/// The parts of a workshop that fetching needs.
void equip(Workshop& workshop, const BuildWorld& world) {
  workshop.store = world.store;
  workshop.urls = world.urls;
  workshop.repositories = world.repositories;
  workshop.now = world.now;
  workshop.materials = world.materials;
  workshop.run.warning = [&world](std::string_view text) { world.warn(std::string(text)); };
}

FetchedContext fetch_repository(containerfile::GitSource source, const BuildWorld& world) {
  Workshop workshop;
  equip(workshop, world);
  const RemoteRepository repository = {std::move(source.remote), std::move(source.ref),
                                       std::move(source.checksum), std::move(source.subdir),
                                       source.keep_git_dir.value_or(false)};
  const RepositoryCommit commit = resolve_repository(workshop, repository);
  RepositoryTree tree(workshop, repository, commit);
  return {.directory = unpack(tree, tree.start(), world),
          .checkout = Checkout{commit.id, without_userinfo(repository.remote)}};
}

/// What `tree` has as `file` may be an archive or a text.
FetchedContext take_document(SourceTree& tree, const Entry& file, const BuildWorld& world) {
  if (is_archive(tree, file)) {
    ArchiveTree archive(*tree.open(file), tree.name(), *world.store);
    return {.directory = unpack(archive, "", world)};
  }
  return {.text =
              read_all(*tree.open(file), containerfile::containerfile_limit_bytes, tree.name())};
}

Entry only_file(SourceTree& tree) { return tree.list("").at(0); }

/// One document that was read from somewhere.
class SpooledTree final : public SourceTree {
 public:
  SpooledTree(Source& source, std::string name, Store& store)
      : name_(std::move(name)), directory_(TempDir::adopt(store.make_work_dir("context"))) {
    spool_ = open_fd(directory_.path() + "/stdin", O_RDWR | O_CREAT | O_EXCL, 0600);
    FdSink sink(spool_.get(), name_);
    file_.path = "stdin";
    file_.size_bytes = copy(source, sink);
  }
  std::string name() const override { return name_; }
  std::optional<Entry> find(std::string_view) override { return file_; }
  std::vector<Entry> list(std::string_view) override { return {file_}; }
  std::vector<Digest> hash(std::span<const Entry>) override { return {}; }
  std::unique_ptr<Source> open(const Entry&) override {
    return std::make_unique<RangeSource>(spool_.get(), 0, file_.size_bytes, name_);
  }

 private:
  std::string name_;
  TempDir directory_;
  Fd spool_;
  Entry file_;
};

}  // namespace

bool is_remote_context(std::string_view place) {
  return is_document(place) || find_repository(place).has_value();
}

FetchedContext fetch_context(const std::string& place, const BuildWorld& world) {
  if (auto repository = find_repository(place)) {
    return fetch_repository(*std::move(repository), world);
  }
  Workshop workshop;
  equip(workshop, world);
  FetchTree tree(workshop, {place, std::nullopt}, "context");
  return take_document(tree, only_file(tree), world);
}

FetchedContext read_context(Source& source, const std::string& name, const BuildWorld& world) {
  SpooledTree tree(source, name, *world.store);
  return take_document(tree, only_file(tree), world);
}

TempDir fetch_named_context(const std::string& place, const BuildWorld& world) {
  if (auto repository = find_repository(place)) {
    return *fetch_repository(*std::move(repository), world).directory;
  }
  Workshop workshop;
  equip(workshop, world);
  FetchTree tree(workshop, {place, std::nullopt}, "context");
  const Entry file = only_file(tree);
  if (!is_archive(tree, file)) return unpack(tree, file.path, world);
  ArchiveTree archive(*tree.open(file), tree.name(), *world.store);
  return unpack(archive, "", world);
}

}  // namespace lade::builder

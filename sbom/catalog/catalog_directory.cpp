#include "sbom/catalog/catalog_directory.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/layer/directory_list.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/oci/hasher.h"
#include "sbom/catalog/layer_catalog.h"

// Every name is opened below the descriptor of its directory and without following links, so what
// changes meanwhile leads nowhere else. Depth is bounded by the length of paths.
namespace lade::sbom {
namespace {

bool is_made_up(int directory) {
  constexpr std::array magics{PROC_SUPER_MAGIC,    SYSFS_MAGIC,       CGROUP_SUPER_MAGIC,
                              CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC,     TRACEFS_MAGIC,
                              SECURITYFS_MAGIC,    DEVPTS_SUPER_MAGIC};
  struct statfs status {};
  if (::fstatfs(directory, &status) != 0) return false;
  return std::find(magics.begin(), magics.end(), status.f_type) != magics.end();
}

class DirectoryCatalog {
 public:
  DirectoryCatalog(const Dispatch& dispatch, const CatalogOptions& options,
                   const CancelToken* cancel)
      : catalog_(dispatch, options), cancel_(cancel), buffer_(256U << 10U) {}

  void add_tree(const Fd& directory, const std::string& path) {
    require_going_on(cancel_);
    if (is_made_up(directory.get()) || path.size() > entry_name_limit_bytes) return;
    std::vector<ListedName> names = list_directory(directory.get(), path);
    std::sort(names.begin(), names.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (const ListedName& name : names) {
      add_name(directory, name.name, path.empty() ? name.name : path + "/" + name.name);
    }
  }

  IndexedFinds finish() { return {toc_.finish(digest_of(std::string_view()), 0), catalog_.take()}; }

 private:
  void add_name(const Fd& directory, const std::string& name, const std::string& path) {
    if (path.size() > entry_name_limit_bytes) {
      return catalog_.add_problem(
          std::string(parent_path(path)),
          fmt::format("not read below: a path is longer than {} bytes", entry_name_limit_bytes));
    }
    struct stat status {};
    if (::fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return catalog_.add_problem(path, fmt::format("cannot be looked at: {}", strerror(errno)));
    }
    Entry entry{.path = path,
                .mode = status.st_mode & 07777U,
                .uid = status.st_uid,
                .gid = status.st_gid,
                .mtime = {status.st_mtim.tv_sec, 0}};
    if (S_ISDIR(status.st_mode)) {
      entry.type = EntryType::directory;
      toc_.add(entry, std::nullopt, std::nullopt);
      return enter(directory, name, path);
    }
    if (S_ISLNK(status.st_mode)) {
      entry.type = EntryType::symlink;
      std::string target(entry_name_limit_bytes, '\0');
      const ssize_t length =
          ::readlinkat(directory.get(), name.c_str(), target.data(), target.size());
      if (length < 0) return;
      target.resize(static_cast<std::size_t>(length));
      entry.link_target = std::move(target);
      return toc_.add(entry, std::nullopt, std::nullopt);
    }
    if (!S_ISREG(status.st_mode)) return;
    entry.size_bytes = static_cast<std::uint64_t>(status.st_size);
    toc_.add(entry, std::nullopt, std::nullopt);
    read(directory, name, entry);
  }

  void enter(const Fd& directory, const std::string& name, const std::string& path) {
    const Fd inner(
        ::openat(directory.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (inner) return add_tree(inner, path);
    catalog_.add_problem(path, fmt::format("cannot be read: {}", strerror(errno)));
  }

  void read(const Fd& directory, const std::string& name, const Entry& entry) {
    if (!catalog_.begin(entry)) return;
    const Fd file(::openat(directory.get(), name.c_str(),
                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file) {
      // most of what nobody may read nobody wants either
      if (catalog_.is_wanted(entry.path, entry.size_bytes)) {
        catalog_.add_problem(entry.path, fmt::format("cannot be read: {}", strerror(errno)));
      }
      return;
    }
    if (show(file, entry)) catalog_.end();
  }

  /// False if the system refuses to read it to its end: a disk has flaws, a file may be special.
  bool show(const Fd& file, const Entry& entry) {
    std::uint64_t left = entry.size_bytes;  // as it was, if it grows meanwhile
    while (left > 0) {
      const auto room = std::span(buffer_).first(std::min<std::uint64_t>(left, buffer_.size()));
      std::size_t got = 0;
      try {
        got = read_some(file.get(), room);
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::internal) throw;
        catalog_.add_problem(entry.path, error.message());
        return false;
      }
      if (got == 0 || !catalog_.write(room.first(got))) break;
      left -= got;
    }
    return true;
  }

  LayerCatalog catalog_;
  TocBuilder toc_;
  const CancelToken* cancel_;
  std::vector<std::byte> buffer_;
};

}  // namespace

IndexedFinds catalog_directory(const std::string& directory, const Dispatch& dispatch,
                               const CatalogOptions& options, const CancelToken* cancel) {
  const Fd root = open_fd(directory, O_RDONLY | O_DIRECTORY);
  DirectoryCatalog catalog(dispatch, options, cancel);
  catalog.add_tree(root, "");
  return catalog.finish();
}

}  // namespace lade::sbom

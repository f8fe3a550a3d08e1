#include "builder/exec/context_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <cstring>
#include <thread>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/task_group.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

constexpr std::size_t read_buffer_bytes = 256U << 10U;

EntryType type_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return EntryType::directory;
    case S_IFLNK:
      return EntryType::symlink;
    case S_IFCHR:
      return EntryType::char_device;
    case S_IFBLK:
      return EntryType::block_device;
    case S_IFIFO:
      return EntryType::fifo;
    default:
      return EntryType::file;
  }
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

}  // namespace

ContextTree::ContextTree(Options options)
    : options_(std::move(options)),
      root_(options_.directory),
      memory_(Memory{.cache = StatCache(options_.cache_file, options_.now)}) {}

ContextTree::~ContextTree() = default;

void ContextTree::Memory::look_up(const std::string& path, const struct stat& status) {
  if (const auto digest = cache.find(status)) {
    seen.insert_or_assign(path, *digest);
  } else {
    seen.erase(path);
  }
}

std::string ContextTree::explain_missing(std::string_view path) {
  const auto line = options_.ignore.find_excluding(path);
  struct stat status {};
  const std::string place = options_.directory + "/" + std::string(path);
  if (!line || ::lstat(place.c_str(), &status) != 0) return {};
  return fmt::format("it is there, but line {} of {} (\"{}\") leaves it out", line->number,
                     options_.ignore_name, printable(line->text));
}

Entry ContextTree::describe(int parent, const std::string& name, std::string path,
                            const struct stat& status) const {
  Entry entry;
  entry.path = std::move(path);
  entry.type = type_of(status.st_mode);
  entry.mode = status.st_mode & 07777U;
  entry.mtime = {status.st_mtim.tv_sec, static_cast<std::int32_t>(status.st_mtim.tv_nsec)};
  if (entry.type == EntryType::file) {
    entry.size_bytes = static_cast<std::uint64_t>(status.st_size);
  } else if (entry.type == EntryType::symlink) {
    char target[PATH_MAX];
    const ssize_t length = ::readlinkat(parent, name.c_str(), target, sizeof target);
    if (length < 0) fail_errno("cannot read the link {} in {}", entry.path, this->name());
    entry.mode = 0777;
    entry.link_target.assign(target, static_cast<std::size_t>(length));
  } else if (entry.type == EntryType::char_device || entry.type == EntryType::block_device) {
    entry.device_major = major(status.st_rdev);
    entry.device_minor = minor(status.st_rdev);
  }
  return entry;
}

std::optional<Entry> ContextTree::find(std::string_view path) {
  struct stat status {};
  if (path.empty()) {
    if (::fstat(root_.fd(), &status) != 0) fail_errno("cannot look at {}", options_.directory);
    return describe(root_.fd(), ".", "", status);
  }
  // a directory kept out may still hold something that a negation keeps in
  const bool ignored = options_.ignore.excludes(path);
  if (ignored && options_.ignore.excludes_all_below(path)) return std::nullopt;
  Fd parent;
  try {
    parent = root_.open_parent(path);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return std::nullopt;
    throw;
  }
  const std::string name(base_name(path));
  if (::fstatat(parent.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    fail_errno("cannot look at {} in {}", path, this->name());
  }
  if (S_ISSOCK(status.st_mode) || (ignored && !S_ISDIR(status.st_mode))) return std::nullopt;
  Entry entry = describe(parent.get(), name, std::string(path), status);
  memory_.with([&](Memory& memory) { memory.look_up(entry.path, status); });
  return entry;
}

std::vector<Entry> ContextTree::list(std::string_view directory) {
  Fd fd = root_.open(directory.empty() ? "." : directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  const int number = fd.get();
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(fd.release()));
  if (!stream) fail_errno("cannot list {} in {}", directory, name());
  std::vector<Entry> entries;
  std::vector<std::pair<std::string, struct stat>> files;
  const std::string prefix = directory.empty() ? std::string() : std::string(directory) + "/";
  while (const dirent* item = ::readdir(stream.get())) {
    const std::string_view item_name = item->d_name;
    if (item_name == "." || item_name == "..") continue;
    std::string path = prefix + item->d_name;
    const bool ignored = options_.ignore.excludes(path);
    if (ignored && (item->d_type != DT_DIR || options_.ignore.excludes_all_below(path))) continue;
    struct stat status {};
    if (::fstatat(number, item->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;
      fail_errno("cannot look at {} in {}", path, name());
    }
    if (S_ISSOCK(status.st_mode)) continue;
    if (S_ISREG(status.st_mode)) files.emplace_back(path, status);
    entries.push_back(describe(number, item->d_name, std::move(path), status));
  }
  memory_.with([&](Memory& memory) {
    for (const auto& [path, status] : files) memory.look_up(path, status);
  });
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.path < b.path; });
  return entries;
}

bool ContextTree::has_ignored(std::string_view path) {
  if (options_.ignore.empty()) return false;
  Fd fd = root_.open(path.empty() ? "." : path, O_RDONLY | O_NOFOLLOW);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) fail_errno("cannot look at {} in {}", path, name());
  if (!S_ISDIR(status.st_mode)) return false;
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(fd.release()));
  if (!stream) fail_errno("cannot list {} in {}", path, name());
  const std::string prefix = path.empty() ? std::string() : std::string(path) + "/";
  while (const dirent* item = ::readdir(stream.get())) {
    const std::string_view item_name = item->d_name;
    if (item_name == "." || item_name == "..") continue;
    const std::string below = prefix + item->d_name;
    if (options_.ignore.excludes(below)) return true;
    if (item->d_type == DT_DIR && has_ignored(below)) return true;
  }
  return false;
}

ContextTree::Hashed ContextTree::hash_file(const Entry& file, std::vector<std::byte>& buffer) {
  const Fd fd = root_.open(file.path, O_RDONLY | O_NOFOLLOW);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) fail_errno("cannot look at {} in {}", file.path, name());
  Hasher hasher;
  std::uint64_t total = 0;
  while (const std::size_t got = read_some(fd.get(), buffer)) {
    hasher.update(std::span(buffer).first(got));
    total += got;
  }
  if (total != file.size_bytes) {
    fail(ErrorKind::conflict, "{} in {} changed while it was read: it had {} bytes, now {}",
         file.path, name(), file.size_bytes, total);
  }
  return {hasher.finish(), status};
}

std::vector<Digest> ContextTree::hash(std::span<const Entry> files) {
  std::vector<std::optional<Digest>> found(files.size());
  std::vector<std::size_t> missing;
  memory_.with([&](const Memory& memory) {
    for (std::size_t i = 0; i < files.size(); ++i) {
      const auto known = memory.seen.find(files[i].path);
      if (known == memory.seen.end()) {
        missing.push_back(i);
      } else {
        found[i] = known->second;
      }
    }
  });
  std::vector<std::optional<Hashed>> hashed(missing.size());
  const auto hash_some = [&](std::atomic<std::size_t>& next) {
    std::vector<std::byte> buffer(read_buffer_bytes);
    for (std::size_t k = next++; k < missing.size(); k = next++) {
      hashed[k] = hash_file(files[missing[k]], buffer);
    }
  };
  constexpr std::size_t worth_a_thread = 64;
  std::atomic<std::size_t> next = 0;
  TaskGroup group(std::min<std::size_t>(options_.threads, 1 + missing.size() / worth_a_thread));
  for (unsigned i = 0; i < options_.threads; ++i) group.run([&] { hash_some(next); });
  group.wait();
  memory_.with([&](Memory& memory) {
    for (std::size_t k = 0; k < missing.size(); ++k) {
      memory.cache.put(hashed[k]->status, hashed[k]->digest, files[missing[k]].path);
      found[missing[k]] = hashed[k]->digest;
    }
  });
  std::vector<Digest> digests;
  digests.reserve(files.size());
  for (const std::optional<Digest>& digest : found) digests.push_back(*digest);
  return digests;
}

std::unique_ptr<Source> ContextTree::open(const Entry& file) {
  return std::make_unique<FdSource>(root_.open(file.path, O_RDONLY | O_NOFOLLOW), file.path);
}

void ContextTree::save() {
  if (options_.cache_file.empty()) return;
  const auto look = [this](const std::string& path) -> std::optional<struct stat> {
    struct stat status {};
    const int result = ::fstatat(root_.fd(), path.c_str(), &status, AT_SYMLINK_NOFOLLOW);
    if (result != 0 || path.empty()) return std::nullopt;
    return status;
  };
  memory_.with([&](Memory& memory) { memory.cache.save(look); });
}

}  // namespace lade::builder

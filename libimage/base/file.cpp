#include "libimage/base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"

namespace lade {

std::string read_all(int number, const std::string& name, std::uint64_t limit_bytes) {
  std::string text;
  std::array<std::byte, 65536> buffer;
  for (;;) {
    const std::size_t got = read_some(number, buffer);
    if (got == 0) return text;
    if (text.size() + got > limit_bytes) {
      fail(ErrorKind::invalid, "{} is larger than the {} bytes allowed", name, limit_bytes);
    }
    text.append(as_text(std::span(buffer).first(got)));
  }
}

std::string read_file(const std::string& path, std::uint64_t limit_bytes) {
  const Fd file = open_fd(path, O_RDONLY);
  try {
    return read_all(file.get(), path, limit_bytes);
  } catch (Error& error) {
    if (error.kind() != ErrorKind::invalid) error.add_context(path);
    throw;
  }
}

std::optional<std::string> find_file(const std::string& path, std::uint64_t limit_bytes) {
  try {
    return read_file(path, limit_bytes);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return std::nullopt;
    throw;
  }
}

void sync_directory(const std::string& path) {
  const Fd directory = open_fd(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY);
  if (::fsync(directory.get()) != 0) fail_errno("cannot sync {}", path);
}

void write_file_atomic(const std::string& path, std::string_view text, unsigned mode) {
  // not the process id: threads share it, and containers that share the directory may have equal
  // ones
  std::uint64_t unique = 0;
  if (::getrandom(&unique, sizeof unique, 0) != sizeof unique) fail_errno("cannot get randomness");
  const std::string temporary = fmt::format("{}.{:016x}.tmp", path, unique);
  try {
    Fd file = open_fd(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    write_full(file.get(), as_bytes(text));
    if (::fsync(file.get()) != 0) fail_errno("cannot sync {}", temporary);
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail_errno("cannot replace {}", path);
  } catch (Error& error) {
    ::unlink(temporary.c_str());
    error.add_context(fmt::format("cannot write {}", path));
    throw;
  }
  const auto slash = path.rfind('/');
  sync_directory(slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash));
}

void make_directories(const std::string& path, unsigned mode) {
  if (::mkdir(path.c_str(), mode) == 0) return;
  if (errno == ENOENT) {
    const auto slash = path.find_last_not_of('/');
    const auto cut = path.rfind('/', slash);
    if (cut != std::string::npos && cut != 0) {
      make_directories(path.substr(0, cut), mode);
      if (::mkdir(path.c_str(), mode) == 0) return;
    }
  }
  if (errno == EEXIST) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return;
    errno = EEXIST;
  }
  fail_errno("cannot make the directory {}", path);
}

namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

Directory open_directory(int parent, const char* name) {
  int number = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (number < 0 && errno == EACCES) {
    if (::fchmodat(parent, name, 0700, 0) != 0) return nullptr;
    number = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  }
  if (number < 0) return nullptr;
  return Directory(::fdopendir(number));
}

void remove_at(int parent, const char* name, const std::string& shown);

void empty_directory(DIR* directory, const std::string& shown) {
  const int number = ::dirfd(directory);
  struct stat status {};
  if (::fstat(number, &status) == 0 && (status.st_mode & S_IRWXU) != S_IRWXU) {
    ::fchmod(number, 0700);
  }
  while (const dirent* entry = ::readdir(directory)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    remove_at(number, entry->d_name, shown);
  }
}

void remove_at(int parent, const char* name, const std::string& shown) {
  if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) return;
  if (errno != EISDIR && errno != EPERM && errno != EACCES) fail_errno("cannot remove {}", shown);
  const int first = errno;
  const Directory directory = open_directory(parent, name);
  if (!directory) fail_errno(first, fmt::format("cannot remove {} in {}", name, shown));
  empty_directory(directory.get(), shown);
  if (::unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT) {
    fail_errno("cannot remove {} in {}", name, shown);
  }
}

}  // namespace

void remove_tree(const std::string& path) { remove_at(AT_FDCWD, path.c_str(), path); }

void remove_tree_at(int directory, const std::string& name) {
  remove_at(directory, name.c_str(), name);
}

std::vector<std::string> list_names(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (error) fail_errno(error.value(), fmt::format("cannot read {}", directory));
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> find_names(const std::string& directory) {
  try {
    return list_names(directory);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return {};
    throw;
  }
}

bool file_exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

std::string join_path(std::string_view a, std::string_view b) {
  if (a.empty() || (!b.empty() && b.front() == '/')) return std::string(b);
  std::string joined(a);
  if (joined.back() != '/') joined += '/';
  return joined.append(b);
}

}  // namespace lade

#include "libimage/store/partial_blob.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/store/gc_lock.h"
#include "libimage/store/listing.h"

namespace lade {
namespace {

constexpr std::size_t read_buffer_bytes = 256U << 10U;
constexpr int attempts = 10;

bool lock_alone(int file) { return ::flock(file, LOCK_EX | LOCK_NB) == 0; }

/// Is the file still the one of that name? Its former writer may have moved it to where it belongs.
bool has_name(int file, const std::string& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

/// A layout may come from anybody: nothing is written through what leads elsewhere.
bool is_plain(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1;
}

constexpr int open_flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

/// A writer makes the file unwritable when it is whole: that one goes on, or was killed just then.
bool make_writable(const std::string& path) {
  const Fd whole(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  return whole && lock_alone(whole.get()) && ::fchmod(whole.get(), 0600) == 0;
}

/// Hashes what is there; more than can be right is no beginning of it.
void take_over(PartialBlob& partial, std::uint64_t size_limit_bytes) {
  std::vector<std::byte> buffer(read_buffer_bytes);
  while (partial.size_bytes <= size_limit_bytes) {
    const std::size_t count = read_some(partial.file.get(), buffer);
    if (count == 0) return;
    partial.hasher.update(std::span(buffer).first(count));
    partial.size_bytes += count;
  }
  if (::ftruncate(partial.file.get(), 0) != 0 || ::lseek(partial.file.get(), 0, SEEK_SET) != 0) {
    fail_errno("cannot empty {}", partial.path);
  }
  partial.hasher.finish();
  partial.size_bytes = 0;
}

}  // namespace

Fd open_partial_file(const std::string& path, unsigned mode) {
  const auto open = [&] { return Fd(::open(path.c_str(), open_flags, mode)); };
  Fd file = open();
  if (!file && errno == EACCES && make_writable(path)) file = open();
  // whatever is wrong: who then writes a new file will say
  return file && is_plain(file.get()) && lock_alone(file.get()) ? std::move(file) : Fd();
}

std::optional<PartialBlob> take_partial_blob(const std::string& path, const Descriptor& expected,
                                             const std::function<Fd()>& open) {
  PartialBlob partial{path, {}, Hasher(expected.digest.algorithm())};
  for (int attempt = 0; attempt < attempts; ++attempt) {
    partial.file = open();
    if (!partial.file) return std::nullopt;
    if (!has_name(partial.file.get(), path)) continue;
    take_over(partial, expected.size_bytes);
    return partial;
  }
  return std::nullopt;
}

std::optional<PartialBlob> open_partial_blob(const StoreLayout& layout,
                                             const Descriptor& expected) {
  const std::string path = fmt::format(
      "{}/{}-{}", layout.partials(), to_string(expected.digest.algorithm()), expected.digest.hex());
  return take_partial_blob(path, expected, [&] {
    // a collection finds the file locked, or before it is made
    const auto held = GcLock::shared(layout);
    make_directories(layout.partials());
    return open_partial_file(path, 0600);
  });
}

Fd lock_idle_partial_file(const std::string& path) {
  Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  return file && lock_alone(file.get()) ? std::move(file) : Fd();
}

std::vector<std::string> find_idle_partial_blobs(const StoreLayout& layout) {
  std::vector<std::string> found;
  for (const std::string& name : list_directory(layout.partials())) {
    std::string path = layout.partials() + "/" + name;
    if (lock_idle_partial_file(path)) found.push_back(std::move(path));
  }
  return found;
}

}  // namespace lade

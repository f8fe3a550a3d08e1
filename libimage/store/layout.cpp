#include "libimage/store/layout.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/file_lock.h"
#include "libimage/base/text.h"
#include "libimage/store/listing.h"

// The file `version` is written last, once every directory is there, so a root that has one is
// whole. Blobs may be read by others (a store can be shared read-only); unpacked file systems may
// not, since they can hold set-user-id programs.
namespace lade {
namespace {

constexpr std::string_view format = "lade-store 1";

struct Place {
  std::string_view name;
  unsigned mode;
};
constexpr std::array places{
    Place{"locks", 0755},        Place{"tmp", 0700},          Place{"blobs", 0755},
    Place{"blobs/sha256", 0755}, Place{"blobs/sha512", 0755}, Place{"tocs", 0755},
    Place{"snapshots", 0700},    Place{"containers", 0700},   Place{"notes", 0755}};
/// Made where there is no store yet, by who only needs a lock that all of this user find.
constexpr std::string_view attach_lock = "attach.lock";

/// Nothing if there is no version file.
bool has_known_format(const std::string& root) {
  const auto text = find_file(root + "/version", 4096);
  if (!text) return false;
  if (trim(*text) == format) return true;
  fail(ErrorKind::unsupported,
       "the store at {} has the format '{}', this program knows '{}': it takes another version of "
       "Lade",
       root, printable(trim(*text)), format);
}

/// A directory that holds anything but a store half made was not meant.
void require_empty(const std::string& root) {
  for (const std::string& name : list_directory(root)) {
    const bool ours = name.starts_with("version.") || name == attach_lock ||
                      std::ranges::any_of(places, [&](const Place& p) { return p.name == name; });
    if (!ours) {
      fail(ErrorKind::invalid, "{} is no store and not empty (there is '{}'): name another root",
           root, printable(name));
    }
  }
}

void create(const std::string& root) {
  make_directories(root, 0755);
  require_empty(root);
  make_directories(root + "/locks");
  const auto lock = FileLock::acquire(root + "/locks/create", FileLock::Mode::exclusive);
  if (has_known_format(root)) return;
  for (const Place& place : places)
    make_directories(fmt::format("{}/{}", root, place.name), place.mode);
  sync_directory(root + "/blobs");
  write_file_atomic(root + "/version", fmt::format("{}\n", format));
}

}  // namespace

std::string StoreLayout::blobs(HashAlgorithm algorithm) const {
  return fmt::format("{}/blobs/{}", root, to_string(algorithm));
}

std::string StoreLayout::blob(const Digest& digest) const {
  return fmt::format("{}/{}", blobs(digest.algorithm()), digest.hex());
}

StoreLayout open_layout(const std::string& root, bool read_only) {
  if (root.empty()) fail(ErrorKind::invalid, "cannot open a store: its root is empty");
  if (!has_known_format(root)) {
    if (read_only) fail(ErrorKind::not_found, "there is no store at {}", root);
    try {
      create(root);
    } catch (Error& error) {
      error.add_context(fmt::format("cannot make a store at {}", root));
      throw;
    }
  }
  return {std::filesystem::absolute(root).lexically_normal().string()};
}

}  // namespace lade

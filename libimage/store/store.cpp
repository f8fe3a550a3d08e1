#include "libimage/store/store.h"

#include <sys/stat.h>

#include <chrono>

#include "libimage/base/error.h"
#include "libimage/oci/media_type.h"
#include "libimage/store/leases.h"
#include "libimage/store/local_store.h"
#include "libimage/store/manifests.h"

namespace lade {
namespace {

Timestamp system_time() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds);
  return {seconds.count(), static_cast<std::int32_t>(rest.count())};
}

}  // namespace

std::shared_ptr<Store> Store::open(const std::string& root, bool read_only, Clock clock,
                                   const StoreLimits& limits) {
  return std::make_shared<LocalStore>(open_layout(root, read_only), read_only, std::move(clock),
                                      limits);
}

LocalStore& local(Store& store) {
  auto* found = dynamic_cast<LocalStore*>(&store);
  if (found == nullptr) fail(ErrorKind::internal, "a store of another kind was given");
  return *found;
}

LocalStore::LocalStore(StoreLayout layout, bool read_only, Clock clock, const StoreLimits& limits)
    : layout_(std::move(layout)),
      read_only_(read_only),
      clock_(clock ? std::move(clock) : system_time),
      limits_(limits),
      blobs_(layout_),
      session_(std::make_shared<Session>(layout_)) {}

std::unique_ptr<Database> LocalStore::open_database() const {
  return std::make_unique<Database>(
      Database::open(layout_.database(), layout_.lock("database"), read_only_));
}

void LocalStore::require_writable(std::string_view action) const {
  if (read_only_) {
    fail(ErrorKind::denied, "cannot {}: the store at {} is open for reading only", action,
         layout_.root);
  }
}

// -- blobs

bool LocalStore::has_blob(const Digest& digest) { return find_blob_size(digest).has_value(); }

std::optional<std::uint64_t> LocalStore::find_blob_size(const Digest& digest) {
  if (!read_only_) session_->protect(blob_line(digest));
  return blobs_.find_size(digest);
}

Fd LocalStore::open_blob(const Digest& digest) { return blobs_.open(digest); }

std::unique_ptr<BlobWriter> LocalStore::begin_blob(HashAlgorithm algorithm) {
  require_writable("store a blob");
  require_going_on(limits_.cancel);
  return blobs_.begin(algorithm, session_);
}

std::unique_ptr<BlobWriter> LocalStore::begin_blob(const Descriptor& expected) {
  require_writable("store a blob");
  require_going_on(limits_.cancel);
  return blobs_.begin(expected, session_);
}

Descriptor LocalStore::put_blob(std::string_view content, std::string_view media_type) {
  return put(content, media_type, HashAlgorithm::sha256);
}

Descriptor LocalStore::put(std::string_view content, std::string_view media_type,
                           HashAlgorithm algorithm) {
  require_writable("store a blob");
  std::optional<ManifestParts> parts;
  if (is_manifest_or_index(media_type)) {
    parts = parts_of(raw_manifest(std::string(content), std::string(media_type)));
  }
  const auto writer = blobs_.begin(algorithm, session_);
  writer->write(as_bytes(content));
  Descriptor blob = writer->commit(nullptr);
  blob.media_type = media_type;
  if (parts) with_database([&](Database& rows) { remember_manifest(rows, blob, *parts); });
  return blob;
}

std::string LocalStore::read_blob(const Digest& digest, std::size_t limit_bytes) {
  return blobs_.read(digest, limit_bytes);
}

std::optional<Descriptor> LocalStore::find_manifest_descriptor(const Digest& digest) {
  return with_database([&](Database& rows) { return find_manifest(rows, digest); });
}

// -- lifetime

std::unique_ptr<Lease> LocalStore::lease() {
  return read_only_ ? make_empty_lease() : make_lease(session_);
}

std::string LocalStore::make_work_dir(std::string_view prefix) {
  require_writable("work");
  std::string path = session_->new_path(prefix);
  if (::mkdir(path.c_str(), 0700) != 0) fail_errno("cannot make the directory {}", path);
  return path;
}

}  // namespace lade

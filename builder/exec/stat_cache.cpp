// The file is a header and fixed records (docs/formats.md, "stat cache"). It is written whole and
// renamed; one that is damaged, cut or of another version is as good as none.
#include "builder/exec/stat_cache.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

constexpr std::string_view magic = "LADESTC2";
constexpr std::size_t record_bytes = 76;  // and the path
constexpr std::uint64_t file_limit_bytes = 1U << 30U;
/// The kernel's clock for file times ticks at least this often.
constexpr std::int64_t settle_ns = 50'000'000;

template <class T>
void append(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
void take(const char*& in, T& value) {
  std::memcpy(&value, in, sizeof value);
  in += sizeof value;
}

}  // namespace

StatCache::StatCache(std::string path, Timestamp now)
    : path_(std::move(path)),
      trusted_before_ns_(now.seconds * 1'000'000'000 + now.nanoseconds - settle_ns) {
  load();
}

StatCache::Record StatCache::describe(const struct stat& status) {
  return {status.st_dev,
          status.st_ino,
          static_cast<std::uint64_t>(status.st_size),
          status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
          status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec,
          {},
          {},
          false};
}

void StatCache::load() {
  std::optional<std::string> text;
  try {
    text = find_file(path_, file_limit_bytes);
  } catch (const Error&) {
    return;
  }
  if (!text || text->size() < magic.size() + 32 || !text->starts_with(magic)) return;
  const std::string_view body = std::string_view(*text).substr(0, text->size() - 32);
  const Digest sum = digest_of(body);
  if (std::memcmp(sum.hash().data(), text->data() + body.size(), 32) != 0) return;
  const char* in = body.data() + magic.size();
  const char* const end = body.data() + body.size();
  while (static_cast<std::size_t>(end - in) >= record_bytes) {
    Record record;
    std::uint32_t path_bytes = 0;
    take(in, record.device);
    take(in, record.inode);
    take(in, record.size_bytes);
    take(in, record.mtime_ns);
    take(in, record.ctime_ns);
    take(in, record.hash);
    take(in, path_bytes);
    if (static_cast<std::size_t>(end - in) < path_bytes) return;
    record.path.assign(in, path_bytes);
    in += path_bytes;
    records_.emplace(Key{record.device, record.inode}, std::move(record));
  }
}

std::optional<Digest> StatCache::find(const struct stat& status) {
  const Record wanted = describe(status);
  const auto found = records_.find({wanted.device, wanted.inode});
  if (found == records_.end()) return std::nullopt;
  Record& record = found->second;
  if (record.size_bytes != wanted.size_bytes || record.mtime_ns != wanted.mtime_ns ||
      record.ctime_ns != wanted.ctime_ns) {
    return std::nullopt;
  }
  record.used = true;
  return Digest::of_hash(HashAlgorithm::sha256, record.hash);
}

void StatCache::put(const struct stat& status, const Digest& digest, std::string_view path) {
  Record record = describe(status);
  if (std::max(record.mtime_ns, record.ctime_ns) > trusted_before_ns_) return;
  std::copy(digest.hash().begin(), digest.hash().end(), record.hash.begin());
  record.path = path;
  record.used = true;
  records_[{record.device, record.inode}] = std::move(record);
  changed_ = true;
}

void StatCache::save(const Look& look) {
  if (!changed_) return;
  std::erase_if(records_, [&](const auto& item) {
    const auto& [key, record] = item;
    if (record.used) return false;
    const auto status = look(record.path);
    return !status || Key{status->st_dev, status->st_ino} != key;
  });
  std::string text(magic);
  text.reserve(magic.size() + records_.size() * record_bytes + 32);
  for (const auto& [key, record] : records_) {
    append(text, record.device);
    append(text, record.inode);
    append(text, record.size_bytes);
    append(text, record.mtime_ns);
    append(text, record.ctime_ns);
    append(text, record.hash);
    append(text, static_cast<std::uint32_t>(record.path.size()));
    text.append(record.path);
  }
  const Digest sum = digest_of(text);
  text.append(as_text(sum.hash()));
  write_file_atomic(path_, text, 0600);
  changed_ = false;
}

}  // namespace lade::builder

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

constexpr std::string_view magic = "LADESTC1";
constexpr std::size_t record_bytes = 72;
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
          {}};
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
  const std::size_t count = (body.size() - magic.size()) / record_bytes;
  records_.reserve(count);
  const char* in = body.data() + magic.size();
  for (std::size_t i = 0; i < count; ++i) {
    Record record;
    take(in, record.device);
    take(in, record.inode);
    take(in, record.size_bytes);
    take(in, record.mtime_ns);
    take(in, record.ctime_ns);
    take(in, record.hash);
    records_.emplace(Key{record.device, record.inode}, record);
  }
}

std::optional<Digest> StatCache::find(const struct stat& status) const {
  const Record wanted = describe(status);
  const auto found = records_.find({wanted.device, wanted.inode});
  if (found == records_.end()) return std::nullopt;
  const Record& record = found->second;
  if (record.size_bytes != wanted.size_bytes || record.mtime_ns != wanted.mtime_ns ||
      record.ctime_ns != wanted.ctime_ns) {
    return std::nullopt;
  }
  return Digest::of_hash(HashAlgorithm::sha256, record.hash);
}

void StatCache::put(const struct stat& status, const Digest& digest) {
  Record record = describe(status);
  if (std::max(record.mtime_ns, record.ctime_ns) > trusted_before_ns_) return;
  std::copy(digest.hash().begin(), digest.hash().end(), record.hash.begin());
  records_[{record.device, record.inode}] = record;
  changed_ = true;
}

void StatCache::save() {
  if (!changed_) return;
  std::string text(magic);
  text.reserve(magic.size() + records_.size() * record_bytes + 32);
  for (const auto& [key, record] : records_) {
    append(text, record.device);
    append(text, record.inode);
    append(text, record.size_bytes);
    append(text, record.mtime_ns);
    append(text, record.ctime_ns);
    append(text, record.hash);
  }
  const Digest sum = digest_of(text);
  text.append(as_text(sum.hash()));
  write_file_atomic(path_, text, 0600);
  changed_ = false;
}

}  // namespace lade::builder

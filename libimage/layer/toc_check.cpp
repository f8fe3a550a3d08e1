#include "libimage/layer/toc_check.h"

#include <cstdint>
#include <vector>

#include "libimage/archive/entry.h"
#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/toc_format.h"
#include "libimage/layer/xxh64.h"

namespace lade {
namespace {

namespace tf = toc_format;

constexpr std::size_t path_limit_bytes = 4096;

void check_header(std::string_view bytes, std::string_view what) {
  const char* header = bytes.data();
  if (bytes.size() < tf::header::size || bytes.substr(0, tf::magic.size()) != tf::magic) {
    fail(ErrorKind::corrupt, "{} is no layer index", what);
  }
  const auto version = load_le<std::uint32_t>(header + tf::header::version);
  if (version != tf::version) {
    fail(ErrorKind::unsupported, "{} is a layer index of version {}, not {}", what, version,
         tf::version);
  }
  const auto count = load_le<std::uint64_t>(header + tf::header::count);
  const auto string_bytes = load_le<std::uint64_t>(header + tf::header::string_bytes);
  const std::uint64_t rest = bytes.size() - tf::header::size;
  if (load_le<std::uint32_t>(header + tf::header::record_bytes) != tf::record::size ||
      count > rest / tf::record::size || string_bytes != rest - count * tf::record::size) {
    fail(ErrorKind::corrupt, "{}: {} bytes do not hold {} entries and {} bytes of strings", what,
         bytes.size(), count, string_bytes);
  }
  const auto wanted = load_le<std::uint64_t>(header + tf::header::checksum);
  const std::uint64_t got = xxh64(as_bytes(bytes.substr(tf::header::checked_from)));
  if (wanted != got) {
    fail(ErrorKind::corrupt, "{}: checksum {:016x} wanted, got {:016x}", what, wanted, got);
  }
  if (load_le<std::uint32_t>(header + tf::header::diff_id_algorithm) > 1) {
    fail(ErrorKind::corrupt, "{}: unknown algorithm of the diff id", what);
  }
}

/// Is a path canonical whose directory is known to be? Then only its last component is in doubt.
bool is_canonical(std::string_view path, std::string_view parent, std::string_view name) {
  const std::size_t wanted = parent.empty() ? name.size() : parent.size() + 1 + name.size();
  return path.size() == wanted && path.size() <= path_limit_bytes && !name.empty() && name != "." &&
         name != ".." && name.find('\0') == std::string_view::npos;
}

bool are_xattrs(std::string_view rest) {
  while (!rest.empty()) {
    if (rest.size() < 6) return false;
    const std::uint64_t bytes = std::uint64_t{6} + load_le<std::uint16_t>(rest.data()) +
                                load_le<std::uint32_t>(rest.data() + 2);
    if (bytes > rest.size()) return false;
    rest.remove_prefix(static_cast<std::size_t>(bytes));
  }
  return true;
}

/// Goes through the records in order, knowing the directories that lead to the last one.
class RecordCheck {
 public:
  explicit RecordCheck(std::string_view strings) : strings_(strings) {}

  /// What is wrong with the next record, or nullptr.
  const char* check(const char* record) {
    const auto type = load_le<std::uint8_t>(record + tf::record::type);
    const auto flags = load_le<std::uint8_t>(record + tf::record::flags);
    if (type > static_cast<std::uint8_t>(EntryType::fifo)) return "unknown type";
    if ((flags & ~tf::flag_all) != 0) return "unknown flags";
    const bool directory = type == static_cast<std::uint8_t>(EntryType::directory);
    const bool marks_directory = (flags & (tf::flag_opaque | tf::flag_implied)) != 0;
    if (marks_directory && !directory) return "a mark of directories on something else";
    if (!bounded(record, tf::record::path_offset, load_path_bytes(record)) ||
        !bounded(record, tf::record::link_offset,
                 load_le<std::uint16_t>(record + tf::record::link_bytes)) ||
        !bounded(record, tf::record::xattr_offset,
                 load_le<std::uint32_t>(record + tf::record::xattr_bytes))) {
      return "a string outside the table";
    }
    if (string(record, tf::record::link_offset, tf::record::link_bytes).find('\0') !=
        std::string_view::npos) {
      return "a link target with a NUL byte";
    }
    const auto nanoseconds = load_le<std::int32_t>(record + tf::record::mtime_nanoseconds);
    if (nanoseconds < 0 || nanoseconds >= 1'000'000'000) return "a time out of range";
    if (load_le<std::uint16_t>(record + tf::record::mode) > 07777) return "a mode out of range";
    if (!are_xattrs(strings_.substr(load_le<std::uint32_t>(record + tf::record::xattr_offset),
                                    load_le<std::uint32_t>(record + tf::record::xattr_bytes)))) {
      return "malformed extended attributes";
    }
    return check_place(record, directory && (flags & tf::flag_whiteout) == 0);
  }

 private:
  static std::uint16_t load_path_bytes(const char* record) {
    return load_le<std::uint16_t>(record + tf::record::path_bytes);
  }

  bool bounded(const char* record, std::size_t offset, std::uint64_t length) const {
    return load_le<std::uint32_t>(record + offset) + length <= strings_.size();
  }

  std::string_view string(const char* record, std::size_t offset, std::size_t length) const {
    return strings_.substr(load_le<std::uint32_t>(record + offset),
                           load_le<std::uint16_t>(record + length));
  }

  const char* check_place(const char* record, bool directory) {
    const std::string_view path = string(record, tf::record::path_offset, tf::record::path_bytes);
    if (!first_ && !path_less(last_, path)) return "paths out of order";
    if (path.empty()) {
      if (!directory) return "a root that is no directory";
    } else {
      const std::string_view parent = parent_path(path);
      while (!directories_.empty() && directories_.back() != parent) directories_.pop_back();
      if (!parent.empty() && directories_.empty()) return "a path without its directory";
      if (!is_canonical(path, parent, base_name(path))) return "a path that is not canonical";
      if (directory) directories_.push_back(path);
    }
    last_ = path;
    first_ = false;
    return nullptr;
  }

  std::string_view strings_;
  std::string_view last_;
  bool first_ = true;
  std::vector<std::string_view> directories_;
};

}  // namespace

void check_toc(std::string_view bytes, std::string_view what) {
  check_header(bytes, what);
  const auto count =
      static_cast<std::size_t>(load_le<std::uint64_t>(bytes.data() + tf::header::count));
  const char* record = bytes.data() + tf::header::size;
  RecordCheck records(bytes.substr(tf::header::size + count * tf::record::size));
  for (std::size_t i = 0; i < count; ++i, record += tf::record::size) {
    if (const char* wrong = records.check(record)) {
      fail(ErrorKind::corrupt, "{}: entry {}: {}", what, i, wrong);
    }
  }
}

}  // namespace lade

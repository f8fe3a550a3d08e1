// A tar without the contents of its files: what is left is small and keeps every accident of the
// program that wrote it, so that the same bytes can be put together again. Each line says its
// position, and lines must not be missing.
#include "libimage/containers/tar_split.h"

#include <limits>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/json.h"

namespace lade {
namespace {

constexpr std::size_t buffer_bytes = 256U << 10U;
/// Older writers keep all that follows a tar's end as one run of bytes.
constexpr std::size_t line_limit_bytes = 32U << 20U;

constexpr std::int64_t file_type = 1;
constexpr std::int64_t bytes_type = 2;

std::string decoded(const Json& line, std::string_view key, const std::string& what) {
  const auto text = find_string(line, key, what);
  if (!text) return {};
  auto bytes = from_base64(*text);
  if (!bytes) fail(ErrorKind::corrupt, "{}: \"{}\" is not base64", what, key);
  return std::move(*bytes);
}

TarSplitEntry file_entry(const Json& line, const std::string& what) {
  TarSplitEntry entry{.is_file = true};
  entry.path = find_string(line, "name", what).value_or("");
  // names that are not UTF-8 are here instead
  if (entry.path.empty()) entry.path = decoded(line, "name_raw", what);
  const std::int64_t size = find_int(line, "size", what).value_or(0);
  if (size < 0) fail(ErrorKind::corrupt, "{}: a file of {} bytes", what, size);
  entry.size_bytes = static_cast<std::uint64_t>(size);
  return entry;
}

}  // namespace

TarSplitReader::TarSplitReader(Source& inner, std::string what)
    : inner_(inner), what_(std::move(what)), buffer_(buffer_bytes) {}

std::optional<std::string> TarSplitReader::next_line() {
  std::string line;
  while (true) {
    if (rest_.empty()) {
      const std::size_t got = inner_.read(buffer_);
      if (got == 0) break;
      rest_ = as_text(std::span(buffer_).first(got));
    }
    const auto end = rest_.find('\n');
    const std::string_view piece = rest_.substr(0, end);
    if (line.size() + piece.size() > line_limit_bytes) {
      fail(ErrorKind::corrupt, "{}: a line is longer than {} bytes", what_, line_limit_bytes);
    }
    line += piece;
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (end != std::string_view::npos && !line.empty()) return line;
  }
  if (line.empty()) return std::nullopt;
  return line;
}

std::optional<TarSplitEntry> TarSplitReader::next() {
  const auto text = next_line();
  if (!text) return std::nullopt;
  const std::string what = fmt::format("{}, entry {}", what_, position_);
  const Json line = parse_json(*text, what);
  if (!line.is_object()) fail(ErrorKind::corrupt, "{} is not a JSON object", what);
  const std::int64_t position = find_int(line, "position", what).value_or(0);
  if (position != position_) {
    fail(ErrorKind::corrupt, "{} says that it is entry {}", what, position);
  }
  ++position_;
  const std::int64_t type = get_int(line, "type", what);
  if (type == file_type) return file_entry(line, what);
  if (type != bytes_type) fail(ErrorKind::corrupt, "{} is of the unknown type {}", what, type);
  return TarSplitEntry{.bytes = decoded(line, "payload", what)};
}

std::uint64_t tar_split_size(Source& inner, const std::string& what) {
  TarSplitReader reader(inner, what);
  std::uint64_t total = 0;
  while (const auto entry = reader.next()) {
    const std::uint64_t size = entry->is_file ? entry->size_bytes : entry->bytes.size();
    if (size > std::numeric_limits<std::uint64_t>::max() - total) {
      fail(ErrorKind::corrupt, "{} is of a tar larger than any", what);
    }
    total += size;
  }
  return total;
}

}  // namespace lade

#include "libimage/layer/toc_encoder.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <unordered_map>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/toc_format.h"
#include "libimage/layer/xxh64.h"

namespace lade {
namespace {

namespace tf = toc_format;

/// The string table. Links and xattrs repeat (the same label on every file), paths never do.
class Strings {
 public:
  std::uint32_t add(std::string_view text) {
    const std::size_t offset = text_.size();
    if (offset + text.size() > UINT32_MAX) {
      fail(ErrorKind::invalid, "a layer has more than 4 GiB of names and attributes");
    }
    text_.append(text);
    return static_cast<std::uint32_t>(offset);
  }
  std::uint32_t add_shared(std::string_view text) {
    if (text.empty()) return 0;
    const auto [at, is_new] = shared_.try_emplace(text, 0);
    if (is_new) at->second = add(text);
    return at->second;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::unordered_map<std::string_view, std::uint32_t> shared_;
};

std::uint8_t flags_of(const TocEntry& entry) {
  unsigned flags = 0;
  if (entry.whiteout) flags |= tf::flag_whiteout;
  if (entry.opaque) flags |= tf::flag_opaque;
  if (entry.implied) flags |= tf::flag_implied;
  if (!entry.content_hash.empty()) flags |= tf::flag_hash;
  if (entry.link_below) flags |= tf::flag_link_below;
  return static_cast<std::uint8_t>(flags);
}

void store_record(char* to, const TocEntry& entry, Strings& strings) {
  store_le(to + tf::record::path_offset, strings.add(entry.path));
  store_le(to + tf::record::link_offset, strings.add_shared(entry.link_target));
  store_le(to + tf::record::xattr_offset, strings.add_shared(entry.encoded_xattrs));
  store_le(to + tf::record::xattr_bytes, static_cast<std::uint32_t>(entry.encoded_xattrs.size()));
  store_le(to + tf::record::path_bytes, static_cast<std::uint16_t>(entry.path.size()));
  store_le(to + tf::record::link_bytes, static_cast<std::uint16_t>(entry.link_target.size()));
  store_le(to + tf::record::mode, static_cast<std::uint16_t>(entry.mode));
  store_le(to + tf::record::type, static_cast<std::uint8_t>(entry.type));
  store_le(to + tf::record::flags, flags_of(entry));
  store_le(to + tf::record::uid, entry.uid);
  store_le(to + tf::record::gid, entry.gid);
  store_le(to + tf::record::mtime_seconds, entry.mtime.seconds);
  store_le(to + tf::record::mtime_nanoseconds, entry.mtime.nanoseconds);
  store_le(to + tf::record::device_major, entry.device_major);
  store_le(to + tf::record::device_minor, entry.device_minor);
  store_le(to + tf::record::size_bytes, entry.size_bytes);
  store_le(to + tf::record::data_offset, entry.data_offset.value_or(tf::no_data_offset));
  if (!entry.content_hash.empty()) {
    std::memcpy(to + tf::record::content_hash, entry.content_hash.data(),
                std::min(entry.content_hash.size(), tf::hash_bytes));
  }
}

}  // namespace

std::string encode_xattrs(const std::map<std::string, std::string>& xattrs) {
  std::string encoded;
  for (const auto& [name, value] : xattrs) {
    if (name.size() > UINT16_MAX || value.size() > UINT32_MAX) {
      fail(ErrorKind::invalid, "an extended attribute of {} + {} bytes is too large", name.size(),
           value.size());
    }
    char lengths[6];
    store_le(lengths, static_cast<std::uint16_t>(name.size()));
    store_le(lengths + 2, static_cast<std::uint32_t>(value.size()));
    encoded.append(lengths, sizeof lengths).append(name).append(value);
  }
  return encoded;
}

std::string encode_toc(std::span<const TocEntry> entries, const Digest& diff_id,
                       std::uint64_t tar_bytes) {
  std::string bytes(tf::header::size + entries.size() * tf::record::size, '\0');
  Strings strings;
  char* record = bytes.data() + tf::header::size;
  for (const TocEntry& entry : entries) {
    store_record(record, entry, strings);
    record += tf::record::size;
  }
  char* header = bytes.data();
  tf::magic.copy(header, tf::magic.size());
  store_le(header + tf::header::version, tf::version);
  store_le(header + tf::header::record_bytes, static_cast<std::uint32_t>(tf::record::size));
  store_le(header + tf::header::count, static_cast<std::uint64_t>(entries.size()));
  store_le(header + tf::header::string_bytes, static_cast<std::uint64_t>(strings.text().size()));
  store_le(header + tf::header::tar_bytes, tar_bytes);
  store_le(header + tf::header::diff_id_algorithm,
           static_cast<std::uint32_t>(diff_id.algorithm() == HashAlgorithm::sha512 ? 1 : 0));
  std::memcpy(header + tf::header::diff_id, diff_id.hash().data(), diff_id.hash().size());
  bytes += strings.text();
  store_le(bytes.data() + tf::header::checksum,
           xxh64(as_bytes(bytes).subspan(tf::header::checked_from)));
  return bytes;
}

}  // namespace lade

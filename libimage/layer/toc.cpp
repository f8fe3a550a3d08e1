// A toc is read where it lies: one pass when it is opened proves that every record points inside
// the file and that paths are canonical, sorted and hang together; after that an entry is decoded
// when it is asked for, without allocation, and searches touch only the paths they compare.
#include "libimage/layer/toc.h"

#include <cerrno>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/mapped_bytes.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/toc_check.h"
#include "libimage/layer/toc_format.h"

namespace lade {
namespace {

namespace tf = toc_format;

MappedBytes map_toc(const std::string& path) {
  MappedBytes bytes = MappedBytes::of_file(path, MappedBytes::Loading::at_once);
  if (bytes.view().size() < tf::header::size) {
    fail(ErrorKind::corrupt, "{} is no layer index: {} bytes, at least {} wanted", path,
         bytes.view().size(), tf::header::size);
  }
  return bytes;
}

class StoredToc final : public Toc {
 public:
  StoredToc(MappedBytes bytes, std::string_view what)
      : owned_(std::move(bytes)), bytes_(owned_.view()) {
    check_toc(bytes_, what);
    size_ = static_cast<std::size_t>(header<std::uint64_t>(tf::header::count));
    records_ = bytes_.data() + tf::header::size;
    strings_ = bytes_.substr(tf::header::size + size_ * tf::record::size);
  }

  std::string_view bytes() const override { return bytes_; }
  std::size_t size() const override { return size_; }
  TocEntry at(std::size_t index) const override;
  std::string_view path_at(std::size_t index) const override {
    return string(record(index), tf::record::path_offset, tf::record::path_bytes);
  }
  Digest diff_id() const override {
    const bool sha512 = header<std::uint32_t>(tf::header::diff_id_algorithm) == 1;
    return Digest::of_hash(sha512 ? HashAlgorithm::sha512 : HashAlgorithm::sha256,
                           as_bytes(bytes_.substr(tf::header::diff_id, sha512 ? 64 : 32)));
  }
  std::uint64_t tar_bytes() const override { return header<std::uint64_t>(tf::header::tar_bytes); }

 private:
  template <class T>
  T header(std::size_t field) const {
    return load_le<T>(bytes_.data() + field);
  }
  const char* record(std::size_t index) const {
    if (index >= size_) {
      fail(ErrorKind::internal, "entry {} asked of a layer index of {}", index, size_);
    }
    return records_ + index * tf::record::size;
  }
  std::string_view string(const char* record, std::size_t offset, std::size_t length) const {
    return {strings_.data() + load_le<std::uint32_t>(record + offset),
            load_le<std::uint16_t>(record + length)};
  }

  MappedBytes owned_;
  std::string_view bytes_;
  const char* records_ = nullptr;
  std::string_view strings_;
  std::size_t size_ = 0;
};

TocEntry StoredToc::at(std::size_t index) const {
  const char* from = record(index);
  const auto flags = load_le<std::uint8_t>(from + tf::record::flags);
  const auto data_offset = load_le<std::uint64_t>(from + tf::record::data_offset);
  TocEntry entry;
  entry.path = string(from, tf::record::path_offset, tf::record::path_bytes);
  entry.type = static_cast<EntryType>(load_le<std::uint8_t>(from + tf::record::type));
  entry.whiteout = (flags & tf::flag_whiteout) != 0;
  entry.opaque = (flags & tf::flag_opaque) != 0;
  entry.implied = (flags & tf::flag_implied) != 0;
  entry.link_below = (flags & tf::flag_link_below) != 0;
  entry.mode = load_le<std::uint16_t>(from + tf::record::mode);
  entry.uid = load_le<std::uint32_t>(from + tf::record::uid);
  entry.gid = load_le<std::uint32_t>(from + tf::record::gid);
  entry.mtime.seconds = load_le<std::int64_t>(from + tf::record::mtime_seconds);
  entry.mtime.nanoseconds = load_le<std::int32_t>(from + tf::record::mtime_nanoseconds);
  entry.size_bytes = load_le<std::uint64_t>(from + tf::record::size_bytes);
  entry.link_target = string(from, tf::record::link_offset, tf::record::link_bytes);
  entry.device_major = load_le<std::uint32_t>(from + tf::record::device_major);
  entry.device_minor = load_le<std::uint32_t>(from + tf::record::device_minor);
  if ((flags & tf::flag_hash) != 0) {
    entry.content_hash =
        as_bytes(std::string_view(from + tf::record::content_hash, tf::hash_bytes));
  }
  if (data_offset != tf::no_data_offset) entry.data_offset = data_offset;
  entry.encoded_xattrs = strings_.substr(load_le<std::uint32_t>(from + tf::record::xattr_offset),
                                         load_le<std::uint32_t>(from + tf::record::xattr_bytes));
  return entry;
}

}  // namespace

std::map<std::string, std::string> TocEntry::xattrs() const {
  std::map<std::string, std::string> decoded;
  for (std::string_view rest = encoded_xattrs; !rest.empty();) {
    const std::size_t name_bytes = load_le<std::uint16_t>(rest.data());
    const std::size_t value_bytes = load_le<std::uint32_t>(rest.data() + 2);
    decoded.emplace(rest.substr(6, name_bytes), rest.substr(6 + name_bytes, value_bytes));
    rest.remove_prefix(6 + name_bytes + value_bytes);
  }
  return decoded;
}

std::shared_ptr<const Toc> Toc::open(const std::string& path) {
  return std::make_shared<StoredToc>(map_toc(path), path);
}

std::shared_ptr<const Toc> Toc::from_bytes(std::string bytes, std::string_view what) {
  return std::make_shared<StoredToc>(MappedBytes(std::move(bytes)), what);
}

std::optional<TocEntry> Toc::find(std::string_view path) const {
  const std::size_t index = lower_bound(path);
  if (index == size() || path_at(index) != path) return std::nullopt;
  return at(index);
}

std::size_t Toc::lower_bound(std::string_view path) const {
  std::size_t first = 0;
  for (std::size_t count = size(); count > 0;) {
    const std::size_t half = count / 2;
    if (path_less(path_at(first + half), path)) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}

std::pair<std::size_t, std::size_t> Toc::below(std::string_view directory) const {
  std::size_t first = lower_bound(directory);
  if (first < size() && path_at(first) == directory) ++first;
  std::size_t last = first;
  for (std::size_t count = size() - first; count > 0;) {
    const std::size_t half = count / 2;
    if (is_below(path_at(last + half), directory)) {
      last += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return {first, last};
}

}  // namespace lade

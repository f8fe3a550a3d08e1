// Headers are encoded here and not by libarchive: it converts every name through the charset of the
// process's locale, so that the same entries would be other bytes, or an error, on another machine.
//
// A member is a ustar header; whatever that cannot say is said by pax records before it, and the
// ustar fields then hold as much as they can, for readers that know no pax.
#include "libimage/archive/tar_writer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "libimage/archive/pax_records.h"
#include "libimage/archive/ustar.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

constexpr std::string_view magic(
    "ustar\0"
    "00",
    8);
constexpr std::string_view pax_header_name = "././@PaxHeader";

char type_flag(EntryType type) {
  switch (type) {
    case EntryType::file:
      return '0';
    case EntryType::hardlink:
      return '1';
    case EntryType::symlink:
      return '2';
    case EntryType::char_device:
      return '3';
    case EntryType::block_device:
      return '4';
    case EntryType::directory:
      return '5';
    case EntryType::fifo:
      return '6';
  }
  fail(ErrorKind::internal, "there is no type {}", static_cast<int>(type));
}

void require(bool condition, const Entry& entry, std::string_view complaint) {
  if (condition) return;
  fail(ErrorKind::invalid, "write tar entry \"{}\": {}", printable(entry.path), complaint);
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= entry_name_limit_bytes &&
         text.find('\0') == std::string_view::npos;
}

void require_writable(const Entry& entry) {
  const bool is_link = entry.type == EntryType::symlink || entry.type == EntryType::hardlink;
  require(is_name(entry.path), entry, "a path has 1 to 4096 bytes and no NUL");
  require(is_link ? is_name(entry.link_target) : entry.link_target.empty(), entry,
          is_link ? "a link target has 1 to 4096 bytes and no NUL" : "only links have a target");
  require(entry.type == EntryType::file || entry.size_bytes == 0, entry,
          "only files have contents");
  require(entry.type != EntryType::file || !entry.path.ends_with('/'), entry,
          "a file's path does not end in a slash");
  require(entry.mode <= 07777, entry, "the mode is more than permission bits");
  require(entry.mtime.nanoseconds >= 0 && entry.mtime.nanoseconds < 1'000'000'000, entry,
          "nanoseconds are 0 to 999999999");
  require(is_name(entry.user_name) || entry.user_name.empty(), entry, "the user name holds a NUL");
  require(is_name(entry.group_name) || entry.group_name.empty(), entry,
          "the group name holds a NUL");
  for (const auto& [name, value] : entry.xattrs) {
    require(is_name(name) && name.find('=') == std::string::npos, entry,
            "the name of an xattr is empty or holds '=' or NUL");
  }
}

/// The header of one member, as it is filled in.
class HeaderEncoder {
 public:
  explicit HeaderEncoder(const Entry& entry) : entry_(entry) {
    ustar::put_text(block_, ustar::magic, magic);
    block_[ustar::type.offset] = type_flag(entry.type);
    put_path();
    put_name(ustar::link, ustar::link.size, "linkpath", entry.link_target);
    put_name(ustar::user, ustar::user.size - 1, "uname", entry.user_name);
    put_name(ustar::group, ustar::group.size - 1, "gname", entry.group_name);
    put_number(ustar::mode, "", entry.mode);
    put_number(ustar::uid, "uid", entry.uid);
    put_number(ustar::gid, "gid", entry.gid);
    put_number(ustar::size, "size", entry.size_bytes);
    put_number(ustar::device_major, "SCHILY.devmajor", is_device() ? entry.device_major : 0);
    put_number(ustar::device_minor, "SCHILY.devminor", is_device() ? entry.device_minor : 0);
    put_mtime();
    for (const auto& [name, value] : entry.xattrs) records_["SCHILY.xattr." + name] = value;
    ustar::seal(block_);
  }

  /// Every block that stands before the contents.
  std::string blocks() const {
    std::string text;
    if (!records_.empty()) {
      const std::string body = encode_pax(records_);
      require(body.size() <= entry_xattrs_limit_bytes, entry_, "names and xattrs exceed 1 MiB");
      const ustar::Block header = pax_header(body.size());
      text.append(header.data(), header.size());
      text += body;
      text.append(ustar::padding_bytes(body.size()), '\0');
    }
    text.append(block_.data(), block_.size());
    return text;
  }

 private:
  static ustar::Block pax_header(std::uint64_t body_bytes) {
    ustar::Block block{};
    ustar::put_text(block, ustar::magic, magic);
    ustar::put_text(block, ustar::name, pax_header_name);
    block[ustar::type.offset] = 'x';
    for (const ustar::Field field :
         {ustar::uid, ustar::gid, ustar::mtime, ustar::device_major, ustar::device_minor}) {
      ustar::put_number(block, field, 0);
    }
    ustar::put_number(block, ustar::mode, 0644);
    ustar::put_number(block, ustar::size, body_bytes);
    ustar::seal(block);
    return block;
  }

  bool is_device() const {
    return entry_.type == EntryType::char_device || entry_.type == EntryType::block_device;
  }

  void put_path() {
    std::string path = entry_.path;
    if (entry_.type == EntryType::directory && !path.ends_with('/') &&
        path.size() < entry_name_limit_bytes) {
      path += '/';
    }
    if (path.size() > ustar::name.size) {
      // the last slash that leaves few enough bytes before it, and some behind it
      const std::size_t slash = path.rfind('/', std::min(ustar::prefix.size, path.size() - 2));
      if (slash != std::string::npos && slash > 0 && path.size() - slash - 1 <= ustar::name.size) {
        ustar::put_text(block_, ustar::prefix, std::string_view(path).substr(0, slash));
        ustar::put_text(block_, ustar::name, std::string_view(path).substr(slash + 1));
        if (!is_ascii(path)) put_record("path", path);
        return;
      }
    }
    put_name(ustar::name, ustar::name.size, "path", path);
  }

  void put_name(ustar::Field field, std::size_t most, const char* keyword, std::string_view text) {
    ustar::put_text(block_, {field.offset, most}, text);
    if (text.size() > most || !is_ascii(text)) put_record(keyword, text);
  }

  void put_record(const char* keyword, std::string_view text) {
    records_[keyword] = text;
    if (!is_utf8(text)) records_["hdrcharset"] = "BINARY";
  }

  void put_number(ustar::Field field, const char* keyword, std::uint64_t value) {
    if (!ustar::put_number(block_, field, value)) records_[keyword] = fmt::format("{}", value);
  }

  void put_mtime() {
    const Timestamp time = entry_.mtime;
    const std::int64_t seconds = std::max<std::int64_t>(time.seconds, 0);
    const bool fits = ustar::put_number(block_, ustar::mtime, static_cast<std::uint64_t>(seconds));
    if (!fits || time.seconds < 0 || time.nanoseconds != 0) records_["mtime"] = pax_time(time);
  }

  const Entry& entry_;
  ustar::Block block_{};
  PaxRecords records_;
};

}  // namespace

class TarWriter::Impl {
 public:
  explicit Impl(Sink& sink) : sink_(sink), buffer_(256U << 10U) {}

  std::uint64_t add(const Entry& entry, Source* data) {
    if (finished_) fail(ErrorKind::internal, "write tar entry after the end of the archive");
    require_writable(entry);
    const std::string header = HeaderEncoder(entry).blocks();
    write(as_bytes(header));
    const std::uint64_t begin = offset_;
    if (data != nullptr) copy_contents(entry, *data);
    write_zeros(ustar::padding_bytes(entry.size_bytes));
    return begin;
  }

  void finish() {
    if (std::exchange(finished_, true)) return;
    write_zeros(2 * ustar::block_bytes);
  }

  std::uint64_t offset() const { return offset_; }

 private:
  void copy_contents(const Entry& entry, Source& data) {
    std::uint64_t copied = 0;
    while (const std::size_t count = data.read(buffer_)) {
      if (count > entry.size_bytes - copied) {
        fail(ErrorKind::corrupt, "write tar entry \"{}\": wanted {} bytes, got more",
             printable(entry.path), entry.size_bytes);
      }
      write(std::span(buffer_).first(count));
      copied += count;
    }
    if (copied < entry.size_bytes) {
      fail(ErrorKind::corrupt, "write tar entry \"{}\": wanted {} bytes, got {}",
           printable(entry.path), entry.size_bytes, copied);
    }
  }

  void write(std::span<const std::byte> bytes) {
    sink_.write(bytes);
    offset_ += bytes.size();
  }

  void write_zeros(std::size_t count) {
    static constexpr std::array<std::byte, 2 * ustar::block_bytes> zeros{};
    if (count > 0) write(std::span(zeros).first(count));
  }

  Sink& sink_;
  std::vector<std::byte> buffer_;
  std::uint64_t offset_ = 0;
  bool finished_ = false;
};

TarWriter::TarWriter(Sink& sink) : impl_(std::make_unique<Impl>(sink)) {}
TarWriter::TarWriter(TarWriter&&) noexcept = default;
TarWriter::~TarWriter() = default;

void TarWriter::add(const Entry& entry) {
  if (entry.size_bytes > 0) {
    fail(ErrorKind::invalid, "write tar entry \"{}\": {} bytes of contents are missing",
         printable(entry.path), entry.size_bytes);
  }
  impl_->add(entry, nullptr);
}
std::uint64_t TarWriter::add(const Entry& entry, Source& data) { return impl_->add(entry, &data); }
void TarWriter::finish() { impl_->finish(); }
std::uint64_t TarWriter::offset() const { return impl_->offset(); }

}  // namespace lade

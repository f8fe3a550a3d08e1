// libarchive is lenient where an image must not be: a type it does not know becomes a file, a bad
// number becomes what its first digits say, a negative size becomes 0. The header block itself
// tells what was meant. It is the last block before the contents, except for sparse files in the
// formats that put a map in between; such a map is no header, which its checksum shows.
#include "libimage/archive/tar_entry.h"

#include <archive.h>

#include <limits>
#include <optional>
#include <string>

#include "libimage/archive/ustar.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

std::string text_of(const char* text) { return text == nullptr ? std::string() : text; }

/// The type a header block says; nothing for what is neither known nor to be taken for a file.
std::optional<EntryType> type_of(char flag) {
  switch (flag) {
    case '0':
    case '\0':
    case '7':  // "contiguous", an order to the file system that none obeys
    case 'S':  // GNU sparse
      return EntryType::file;
    case '1':
      return EntryType::hardlink;
    case '2':
      return EntryType::symlink;
    case '3':
      return EntryType::char_device;
    case '4':
      return EntryType::block_device;
    case '5':
    case 'D':  // GNU incremental: a directory, whose contents list what was in it
      return EntryType::directory;
    case '6':
      return EntryType::fifo;
    default:
      return std::nullopt;
  }
}

class Conversion {
 public:
  Conversion(archive_entry* parsed, std::span<const char> header, std::string_view what)
      : parsed_(parsed), header_(header), what_(what) {}

  TarEntry run() {
    take_path();
    take_type();
    take_owner();
    take_mtime();
    take_contents();
    take_link();
    take_device();
    take_xattrs();
    return std::move(result_);
  }

 private:
  template <class... Args>
  [[noreturn]] void refuse(ErrorKind kind, fmt::format_string<Args...> format, Args&&... args) {
    fail(kind, "{}: entry \"{}\": {}", what_, printable(entry_.path),
         fmt::format(format, std::forward<Args>(args)...));
  }

  void take_path() {
    entry_.path = text_of(archive_entry_pathname(parsed_));
    if (entry_.path.empty()) fail(ErrorKind::corrupt, "{}: an entry has no name", what_);
    if (entry_.path.size() > entry_name_limit_bytes) {
      fail(ErrorKind::corrupt, "{}: the name of an entry has {} bytes; at most {} are allowed",
           what_, entry_.path.size(), entry_name_limit_bytes);
    }
  }

  void take_type() {
    result_.sparse = archive_entry_sparse_count(parsed_) > 0;
    if (header_.size() != ustar::block_bytes || !ustar::is_sealed(header_)) {
      if (archive_entry_filetype(parsed_) != AE_IFREG) {
        refuse(ErrorKind::corrupt, "a sparse map for something that is no file");
      }
      result_.sparse = true;
      return;
    }
    const char flag = header_[ustar::type.offset];
    const std::optional<EntryType> type = type_of(flag);
    if (!type) {
      refuse(ErrorKind::unsupported, "there is no type '{}'", printable({&flag, 1}));
    }
    require_numbers(*type);
    entry_.type = *type;
    result_.sparse = result_.sparse || flag == 'S';
    // before ustar, a directory was a file with a slash at its end
    if (entry_.type == EntryType::file && entry_.path.ends_with('/')) {
      entry_.type = EntryType::directory;
    }
  }

  void require_numbers(EntryType type) {
    struct Named {
      ustar::Field field;
      const char* name;
    };
    for (const Named& number : {Named{ustar::mode, "mode"}, Named{ustar::uid, "uid"},
                                Named{ustar::gid, "gid"}, Named{ustar::size, "size"}}) {
      require_number(number.field, number.name);
    }
    if (type == EntryType::char_device || type == EntryType::block_device) {
      require_number(ustar::device_major, "device major");
      require_number(ustar::device_minor, "device minor");
    }
  }

  void require_number(ustar::Field field, const char* name) {
    if (ustar::is_number(header_, field)) return;
    refuse(ErrorKind::corrupt, "the {} is not a number or negative: \"{}\"", name,
           printable(ustar::get(header_, field)));
  }

  std::uint32_t take_id(std::int64_t id, const char* name) {
    if (id < 0 || id > std::numeric_limits<std::uint32_t>::max()) {
      refuse(ErrorKind::corrupt, "{} {} is not in 0..4294967295", name, id);
    }
    return static_cast<std::uint32_t>(id);
  }

  void take_owner() {
    entry_.mode = archive_entry_perm(parsed_) & 07777U;
    entry_.uid = take_id(archive_entry_uid(parsed_), "uid");
    entry_.gid = take_id(archive_entry_gid(parsed_), "gid");
    entry_.user_name = text_of(archive_entry_uname(parsed_));
    entry_.group_name = text_of(archive_entry_gname(parsed_));
  }

  void take_mtime() {
    const std::int64_t seconds = archive_entry_mtime(parsed_);
    const auto fraction = static_cast<std::int32_t>(archive_entry_mtime_nsec(parsed_));
    // libarchive reads the digits of "-1.25" as -1 s and 0.25 s
    entry_.mtime = seconds < 0 && fraction > 0 ? Timestamp{seconds - 1, 1'000'000'000 - fraction}
                                               : Timestamp{seconds, fraction};
  }

  void take_contents() {
    if (entry_.type != EntryType::file) return;
    const std::int64_t size = archive_entry_size(parsed_);
    if (size < 0) refuse(ErrorKind::corrupt, "its size is negative: {}", size);
    entry_.size_bytes = static_cast<std::uint64_t>(size);
    if (result_.sparse && entry_.size_bytes > sparse_limit_bytes) {
      refuse(ErrorKind::unsupported, "a sparse file of {} bytes; at most {} are read", size,
             sparse_limit_bytes);
    }
  }

  void take_link() {
    if (entry_.type != EntryType::hardlink && entry_.type != EntryType::symlink) return;
    // libarchive may file a long target under the wrong kind of link
    const char* hard = archive_entry_hardlink(parsed_);
    const char* soft = archive_entry_symlink(parsed_);
    const bool is_hard = entry_.type == EntryType::hardlink;
    entry_.link_target =
        text_of(is_hard ? (hard != nullptr ? hard : soft) : (soft != nullptr ? soft : hard));
    if (entry_.link_target.empty()) refuse(ErrorKind::corrupt, "a link without a target");
    if (entry_.link_target.size() > entry_name_limit_bytes) {
      refuse(ErrorKind::corrupt, "its link target has {} bytes; at most {} are allowed",
             entry_.link_target.size(), entry_name_limit_bytes);
    }
  }

  void take_device() {
    if (entry_.type != EntryType::char_device && entry_.type != EntryType::block_device) return;
    entry_.device_major = static_cast<std::uint32_t>(archive_entry_rdevmajor(parsed_));
    entry_.device_minor = static_cast<std::uint32_t>(archive_entry_rdevminor(parsed_));
  }

  /// SCHILY.xattr and LIBARCHIVE.xattr. The ACLs of SCHILY.acl are left out: their text names users
  /// of the machine they come from, and images carry ACLs as xattrs.
  void take_xattrs() {
    archive_entry_xattr_reset(parsed_);
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    std::size_t total_bytes = 0;
    while (archive_entry_xattr_next(parsed_, &name, &value, &size) == ARCHIVE_OK) {
      total_bytes += size + std::char_traits<char>::length(name);
      if (total_bytes > entry_xattrs_limit_bytes) {
        refuse(ErrorKind::corrupt, "its xattrs have more than {} bytes", entry_xattrs_limit_bytes);
      }
      entry_.xattrs[name] = std::string(static_cast<const char*>(value), size);
    }
  }

  archive_entry* parsed_;
  std::span<const char> header_;
  std::string_view what_;
  TarEntry result_;
  Entry& entry_ = result_.entry;
};

}  // namespace

TarEntry take_entry(archive_entry* parsed, std::span<const char> header, std::string_view what) {
  return Conversion(parsed, header, what).run();
}

}  // namespace lade

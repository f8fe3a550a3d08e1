#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libimage/archive/entry.h"

namespace lade {

/// A header block field by field, as bytes, for archives that no honest writer makes.
struct RawHeader {
  std::string name = "raw";
  char type = '0';
  std::string size = "00000000000";
  std::string mode = "0000644";
  std::string uid = "0000000";
  std::string gid = "0000000";
  std::string mtime = "07346545000";
  std::string link = "";
  std::string magic = std::string(
      "ustar\0"
      "00",
      8);
  std::string device_major = "0000000";
  std::string device_minor = "0000000";
  std::string prefix = "";
  /// GNU only: everything from byte 345 on, instead of the prefix.
  std::string tail = "";
  bool good_checksum = true;
};

/// Makes tar archives for tests: `TarBuilder{}.file("a", "x").dir("d").whiteout("d/b").bytes()`.
/// Owner 0:0 and one fixed time, unless changed behind the member they belong to.
class TarBuilder {
 public:
  TarBuilder& file(std::string path, std::string contents = "", std::uint32_t mode = 0644);
  TarBuilder& dir(std::string path, std::uint32_t mode = 0755);
  TarBuilder& symlink(std::string path, std::string target);
  TarBuilder& hardlink(std::string path, std::string target);
  TarBuilder& device(std::string path, EntryType type, std::uint32_t major, std::uint32_t minor);
  TarBuilder& fifo(std::string path);
  /// "d/b" becomes the empty file "d/.wh.b".
  TarBuilder& whiteout(std::string_view path);
  /// The file "d/.wh..wh..opq".
  TarBuilder& opaque(std::string_view directory);
  TarBuilder& entry(Entry entry, std::string contents = "");

  // Of the member before.
  TarBuilder& mode(std::uint32_t mode);
  TarBuilder& owner(std::uint32_t uid, std::uint32_t gid);
  TarBuilder& owner_names(std::string user, std::string group);
  TarBuilder& mtime(Timestamp time);
  TarBuilder& xattr(const std::string& name, std::string value);

  // Bytes as they are.
  TarBuilder& raw_header(const RawHeader& header);
  /// A pax extended header ('x', or 'g') with these bytes for its records.
  TarBuilder& raw_pax(std::string_view records, char type = 'x');
  /// Padded to whole blocks.
  TarBuilder& raw_body(std::string_view bytes);
  TarBuilder& raw(std::string_view bytes);

  /// The archive.
  std::string bytes() const;
  /// The archive without the two zero blocks at its end.
  std::string unfinished() const;

 private:
  struct Member {
    Entry entry;
    std::string contents;
  };

  Member& last();
  std::string build(bool finish) const;

  std::vector<std::variant<Member, std::string>> parts_;
};

/// One pax record, with its length in front: "11 path=abc\n".
std::string pax_record(std::string_view keyword, std::string_view value);
/// Octal in `digits` digits.
std::string octal(std::uint64_t value, int digits = 11);
/// The 12 bytes of a number in base 256.
std::string base256(std::uint64_t value);

}  // namespace lade

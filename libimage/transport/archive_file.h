#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libimage/base/fd.h"
#include "libimage/stream/source.h"
#include "libimage/transport/transport.h"

namespace lade {

/// A tar archive whose members are read where they stand, without unpacking. What comes compressed
/// or from a pipe is first spooled, unpacked, to the temporary directory. Members are found by
/// their plain relative names; members outside the archive's root ("/x", "../x") are never found.
class ArchiveFile : public std::enable_shared_from_this<ArchiveFile> {
 public:
  struct Member {
    std::string path;
    std::uint64_t offset = 0;
    std::uint64_t size_bytes = 0;
  };

  /// `path` may be "-": the context's stdin. `corrupt` for a broken or truncated archive.
  static std::shared_ptr<const ArchiveFile> open(const std::string& path,
                                                 const TransportContext& context);

  /// An archive that comes as a stream, compressed or not, called `name` in errors.
  static std::shared_ptr<const ArchiveFile> open(std::unique_ptr<Source> stream, std::string name,
                                                 const TransportContext& context);

  /// The file of that name, through symlinks and hard links inside the archive. `corrupt` if a
  /// link leaves the archive or never ends, or the name stands there twice.
  std::optional<Member> find(std::string_view path) const;
  /// The bytes of a member; keeps the archive alive.
  std::unique_ptr<Source> read(const Member& member) const;
  /// A small member whole; `corrupt` if it is missing, `invalid` beyond the limit.
  std::string read_text(std::string_view path, std::uint64_t limit_bytes) const;
  std::optional<std::string> find_text(std::string_view path, std::uint64_t limit_bytes) const;

  const std::string& name() const { return name_; }
  int fd() const { return file_.get(); }

 private:
  struct Slot {
    std::uint64_t offset = 0;
    std::uint64_t size_bytes = 0;
    std::optional<std::string> link{};  ///< the path it stands for
    bool ambiguous = false;
    bool scattered = false;  ///< sparse: not in one piece
  };

  ArchiveFile(Fd file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}
  void index();
  std::uint64_t index_from(std::uint64_t start, std::uint64_t end);
  void add(const Entry& entry, std::optional<std::uint64_t> offset, std::uint64_t end);

  Fd file_;
  std::string name_;
  std::map<std::string, Slot, std::less<>> members_;
};

}  // namespace lade

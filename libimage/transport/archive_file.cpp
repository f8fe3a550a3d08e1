// Finding the members takes one pass over the headers. A reader works on a stream and would have to
// read what it skips, so behind a large member a new reader is started: an archive of gigabytes is
// indexed by reading its headers and little else.
#include "libimage/transport/archive_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>

#include "libimage/archive/tar_reader.h"
#include "libimage/base/text.h"
#include "libimage/stream/cancellable.h"
#include "libimage/stream/codec.h"
#include "libimage/transport/temp_file.h"

namespace lade {
namespace {

constexpr std::uint64_t jump_bytes = 1U << 20U;
constexpr std::size_t max_members = 1U << 20U;
constexpr int max_link_hops = 16;

/// "./a//b/" as "a/b"; nothing for a name that is absolute or climbs out. ".." inside is resolved
/// when `base` (the directory a link stands in) is given, and refused otherwise.
std::optional<std::string> plain_path(std::string_view path, std::string_view base, bool climbs) {
  if (path.starts_with('/')) return std::nullopt;
  std::vector<std::string> parts;
  for (const std::string_view text : {base, path}) {
    for (std::string& part : split(text, '/')) {
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.push_back(std::move(part));
      } else if (climbs && !parts.empty()) {
        parts.pop_back();
      } else {
        return std::nullopt;
      }
    }
  }
  return join(parts, "/");
}

std::string_view directory_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

class MemberSource final : public Source {
 public:
  MemberSource(std::shared_ptr<const ArchiveFile> archive, const ArchiveFile::Member& member)
      : archive_(std::move(archive)),
        range_(archive_->fd(), member.offset, member.size_bytes,
               fmt::format("{} in {}", member.path, archive_->name())) {}
  std::size_t read(std::span<std::byte> buffer) override { return range_.read(buffer); }

 private:
  std::shared_ptr<const ArchiveFile> archive_;
  RangeSource range_;
};

bool is_regular(const Fd& file, const std::string& name) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail_errno("cannot stat {}", name);
  if (S_ISDIR(status.st_mode)) fail(ErrorKind::invalid, "{} is a directory, not an archive", name);
  return S_ISREG(status.st_mode);
}

std::uint64_t size_of(const Fd& file, const std::string& name) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail_errno("cannot stat {}", name);
  return static_cast<std::uint64_t>(status.st_size);
}

Fd spool(std::unique_ptr<Source> input, const TransportContext& context) {
  Fd output = anonymous_file(context.temporary_directory);
  FdSink sink(output.get(), context.temporary_directory);
  const auto source = open_sniffed(std::move(input), context.expansion);
  copy(*source, sink);
  return output;
}

Fd open_seekable(const std::string& path, const TransportContext& context) {
  Fd file = path == "-" ? duplicate(context.stdin_fd) : open_to_read(path);
  const std::string name = path == "-" ? "standard input" : path;
  if (path != "-" && is_regular(file, name)) {
    std::array<std::byte, 8> head{};
    const std::size_t got = pread_full(file.get(), head, 0);
    if (sniff(std::span(head).first(got)) == Compression::none) return file;
  }
  return spool(std::make_unique<CancellableFdSource>(std::move(file), name, context.cancel),
               context);
}

}  // namespace

std::shared_ptr<const ArchiveFile> ArchiveFile::open(const std::string& path,
                                                     const TransportContext& context) {
  std::shared_ptr<ArchiveFile> archive(
      new ArchiveFile(open_seekable(path, context), path == "-" ? "standard input" : path));
  archive->index();
  return archive;
}

std::shared_ptr<const ArchiveFile> ArchiveFile::open(std::unique_ptr<Source> stream,
                                                     std::string name,
                                                     const TransportContext& context) {
  std::shared_ptr<ArchiveFile> archive(new ArchiveFile(
      spool(cancellable(std::move(stream), context.cancel), context), std::move(name)));
  archive->index();
  return archive;
}

void ArchiveFile::index() {
  const std::uint64_t end = size_of(file_, name_);
  if (end == 0) fail(ErrorKind::corrupt, "{} is empty, not an archive", name_);
  for (std::uint64_t start = 0; start < end;) start = index_from(start, end);
}

std::uint64_t ArchiveFile::index_from(std::uint64_t start, std::uint64_t end) {
  RangeSource source(file_.get(), start, end - start, name_);
  TarReader reader(source, name_);
  while (const auto entry = reader.next()) {
    auto offset = reader.data_offset();
    if (offset) *offset += start;
    add(*entry, offset, end);
    if (offset && entry->size_bytes >= jump_bytes) {
      return *offset + (entry->size_bytes + 511) / 512 * 512;
    }
  }
  return end;
}

void ArchiveFile::add(const Entry& entry, std::optional<std::uint64_t> offset, std::uint64_t end) {
  const bool is_hard = entry.type == EntryType::hardlink;
  const bool is_link = is_hard || entry.type == EntryType::symlink;
  if (entry.type != EntryType::file && !is_link) return;
  const auto path = plain_path(entry.path, "", false);
  if (!path) return;
  if (members_.size() >= max_members) {
    fail(ErrorKind::invalid, "{} has more than {} members", name_, max_members);
  }
  Slot slot;
  if (is_link) {
    // an empty link leads nowhere; it is reported when somebody asks for it
    slot.link =
        plain_path(entry.link_target, is_hard ? "" : directory_of(*path), !is_hard).value_or("");
  } else if (offset) {
    slot.offset = *offset;
    slot.size_bytes = entry.size_bytes;
    if (*offset > end || entry.size_bytes > end - *offset) {
      fail(ErrorKind::corrupt, "{} is truncated: {} should have {} bytes", name_, printable(*path),
           entry.size_bytes);
    }
  } else {
    slot.scattered = entry.size_bytes > 0;
  }
  const auto [place, inserted] = members_.try_emplace(*path, slot);
  if (!inserted) place->second.ambiguous = true;
}

std::optional<ArchiveFile::Member> ArchiveFile::find(std::string_view path) const {
  auto wanted = plain_path(path, "", false);
  for (int hops = 0; hops <= max_link_hops; ++hops) {
    if (!wanted || wanted->empty()) return std::nullopt;
    const auto found = members_.find(*wanted);
    if (found == members_.end()) return std::nullopt;
    const Slot& slot = found->second;
    const std::string shown = printable(*wanted);
    if (slot.ambiguous) fail(ErrorKind::corrupt, "{}: {} is there twice", name_, shown);
    if (slot.scattered) fail(ErrorKind::unsupported, "{}: {} is a sparse file", name_, shown);
    if (!slot.link) {
      return Member{.path = *wanted, .offset = slot.offset, .size_bytes = slot.size_bytes};
    }
    if (slot.link->empty()) {
      fail(ErrorKind::corrupt, "{}: the link {} leads out of the archive", name_, shown);
    }
    wanted = slot.link;
  }
  fail(ErrorKind::corrupt, "{}: too many links from {}", name_, printable(path));
}

std::unique_ptr<Source> ArchiveFile::read(const Member& member) const {
  return std::make_unique<MemberSource>(shared_from_this(), member);
}

std::optional<std::string> ArchiveFile::find_text(std::string_view path,
                                                  std::uint64_t limit_bytes) const {
  const auto member = find(path);
  if (!member) return std::nullopt;
  const auto source = read(*member);
  return read_all(*source, limit_bytes, fmt::format("{} in {}", printable(path), name_));
}

std::string ArchiveFile::read_text(std::string_view path, std::uint64_t limit_bytes) const {
  auto text = find_text(path, limit_bytes);
  if (!text) fail(ErrorKind::corrupt, "{} has no member {}", name_, printable(path));
  return std::move(*text);
}

}  // namespace lade

#include "sbom/vulndata/data_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include "libimage/archive/tar_reader.h"
#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/base/mapped_bytes.h"
#include "libimage/base/text.h"
#include "libimage/stream/codec.h"
#include "sbom/language/zip_archive.h"

// A file is what its first bytes say. Plain ones and zips are mapped, so that the 60 MB of the
// Debian tracker and the gigabyte of OSV's all.zip are not held in memory; a compressed one may be
// a document, or a tar, which is read as a stream.
namespace lade::sbom {
namespace {

constexpr std::uint64_t document_limit_bytes = std::uint64_t{1} << 30U;
constexpr ExpansionLimit archive_limit{.max_bytes = std::uint64_t{64} << 30U,
                                       .max_ratio = 100,
                                       .ratio_free_bytes = std::uint64_t{1} << 28U};

bool ends_in_one_of(std::string_view name, std::span<const std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_document_name(std::string_view name) {
  constexpr std::array<std::string_view, 2> endings{".json", ".csv"};
  return ends_in_one_of(name, endings);
}

bool is_packed_name(std::string_view name) {
  constexpr std::array<std::string_view, 4> packings{".gz", ".zst", ".xz", ".bz2"};
  if (!ends_in_one_of(name, packings)) return false;
  const std::string_view inner = name.substr(0, name.rfind('.'));
  return is_document_name(inner) || inner.ends_with(".tar");
}

bool is_data_name(std::string_view name) {
  return is_document_name(name) || is_packed_name(name) || name.ends_with(".zip") ||
         name.ends_with(".tar") || name.ends_with(".tgz");
}

bool is_tar(std::string_view head) {
  constexpr std::size_t magic_offset = 257;
  return head.size() > magic_offset && head.substr(magic_offset).starts_with("ustar");
}

/// Bytes that were read to look at them, then the rest.
class HeadedSource final : public Source {
 public:
  HeadedSource(std::string_view head, Source& rest) : head_(head), rest_(rest) {}
  std::size_t read(std::span<std::byte> buffer) override {
    const std::size_t got = head_.read(buffer);
    return got > 0 ? got : rest_.read(buffer);
  }

 private:
  MemorySource head_;
  Source& rest_;
};

void visit_tar(Source& source, const std::string& path, const DocumentVisitor& visit) {
  TarReader reader(source, path);
  while (const auto entry = reader.next()) {
    if (entry->type != EntryType::file || !is_document_name(entry->path)) continue;
    const std::string what = path + ": " + printable(entry->path);
    visit(read_all(reader.data(), document_limit_bytes, what), what);
  }
}

void visit_packed(std::unique_ptr<Source> packed, const std::string& path,
                  const DocumentVisitor& visit) {
  const auto source = open_sniffed(std::move(packed), archive_limit);
  std::array<std::byte, 512> buffer{};
  const std::string head(as_text(std::span(buffer).first(read_full(*source, buffer))));
  HeadedSource whole(head, *source);
  if (is_tar(head)) return visit_tar(whole, path, visit);
  visit(read_all(whole, document_limit_bytes, path), path);
}

void visit_zip(std::string_view bytes, const std::string& path, const DocumentVisitor& visit) {
  const ZipArchive archive(as_bytes(bytes), path);
  std::uint64_t unpacked = 0;
  archive.for_each([&](const ZipMember& member) {
    if (!is_document_name(member.name)) return;
    const std::string what = path + ": " + printable(member.name);
    const ZipContent content = archive.read(member, document_limit_bytes);
    unpacked += content.bytes().size();
    if (unpacked > archive_limit.ratio_free_bytes &&
        unpacked / archive_limit.max_ratio > bytes.size()) {
      fail(ErrorKind::invalid, "{} unpacks to more than {} times its size", path,
           archive_limit.max_ratio);
    }
    visit(content.text(), what);
  });
}

void visit_file(const std::string& path, const DocumentVisitor& visit) {
  Fd file = open_fd(path, O_RDONLY);
  std::array<std::byte, 512> buffer{};
  const std::string head(as_text(std::span(buffer).first(pread_full(file.get(), buffer, 0))));
  if (head.starts_with("PK")) return visit_zip(MappedBytes::of_file(path).view(), path, visit);
  if (sniff(as_bytes(head)) != Compression::none || is_tar(head)) {
    return visit_packed(std::make_unique<FdSource>(std::move(file), path), path, visit);
  }
  const MappedBytes bytes = MappedBytes::of_file(path);
  if (bytes.view().size() > document_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes, more than {} allowed", path, bytes.view().size(),
         document_limit_bytes);
  }
  visit(bytes.view(), path);
}

void visit_directory(const std::string& path, const DocumentVisitor& visit, unsigned depth) {
  constexpr unsigned depth_limit = 64;
  if (depth > depth_limit) fail(ErrorKind::invalid, "{} is too deep", path);
  for (const std::string& name : list_names(path)) {
    const std::string below = join_path(path, name);
    struct stat status {};
    if (lstat(below.c_str(), &status) != 0) fail_errno("looking at {}", below);
    if (S_ISDIR(status.st_mode)) {
      visit_directory(below, visit, depth + 1);
    } else if (is_data_name(name) && !name.starts_with('.')) {
      if (stat(below.c_str(), &status) == 0 && S_ISREG(status.st_mode)) visit_file(below, visit);
    }
  }
}

}  // namespace

void for_each_document(const std::string& path, const DocumentVisitor& visit) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) fail_errno("looking at {}", path);
  if (S_ISDIR(status.st_mode)) return visit_directory(path, visit, 0);
  if (!S_ISREG(status.st_mode)) fail(ErrorKind::invalid, "{} is no file", path);
  visit_file(path, visit);
}

}  // namespace lade::sbom

#include "libimage/store/layer_content.h"

#include <algorithm>
#include <array>
#include <optional>

#include "libimage/archive/tar_reader.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "libimage/stream/digester.h"

// A toc says where in the uncompressed tar a file's bytes stand. Frames say from which places of
// the blob a fresh decoder can start and what it yields first, so the way to a file is: the last
// frame that begins at or before it, from there skip. Nothing read this way is believed until its
// hash is that of the toc, so a wrong frame cannot give wrong bytes.
namespace lade {
namespace {

/// A part of a file that it owns.
class FilePart final : public Source {
 public:
  FilePart(LayerFile blob, std::uint64_t begin, std::uint64_t end)
      : file_(std::move(blob.file)), range_(file_.get(), begin, end - begin, blob.what) {}
  std::size_t read(std::span<std::byte> buffer) override { return range_.read(buffer); }

 private:
  Fd file_;
  RangeSource range_;
};

/// What stands at [skip, skip + length) of another source.
class Slice final : public Source {
 public:
  Slice(std::unique_ptr<Source> inner, std::uint64_t skip_bytes, std::uint64_t length_bytes,
        std::string what)
      : inner_(std::move(inner)),
        skip_bytes_(skip_bytes),
        left_bytes_(length_bytes),
        what_(std::move(what)) {}

  std::size_t read(std::span<std::byte> buffer) override {
    while (skip_bytes_ > 0) {
      std::array<std::byte, 65536> skipped;
      skip_bytes_ -= take(std::span(skipped).first(
          static_cast<std::size_t>(std::min<std::uint64_t>(skip_bytes_, skipped.size()))));
    }
    if (left_bytes_ == 0) return 0;
    const std::size_t got = take(buffer.first(
        static_cast<std::size_t>(std::min<std::uint64_t>(left_bytes_, buffer.size()))));
    left_bytes_ -= got;
    return got;
  }

 private:
  std::size_t take(std::span<std::byte> buffer) {
    const std::size_t got = inner_->read(buffer);
    if (got == 0) fail(ErrorKind::corrupt, "{} ends before a file that its toc names", what_);
    return got;
  }

  std::unique_ptr<Source> inner_;
  std::uint64_t skip_bytes_;
  std::uint64_t left_bytes_;
  std::string what_;
};

/// A member of an archive that does not stand there in one piece.
class MemberSource final : public Source {
 public:
  MemberSource(std::unique_ptr<Source> tar, const std::string& what)
      : tar_(std::move(tar)), reader_(*tar_, what) {}

  /// Number of the last member with this path.
  std::optional<std::size_t> find_last(std::string_view path) {
    std::optional<std::size_t> last;
    for (std::size_t number = 0; const auto entry = reader_.next(); ++number) {
      if (entry->type == EntryType::file && normalize_layer_path(entry->path) == path) {
        last = number;
      }
    }
    return last;
  }

  void skip_to(std::size_t number) {
    for (std::size_t at = 0; at <= number; ++at) reader_.next();
  }

  std::size_t read(std::span<std::byte> buffer) override { return reader_.data().read(buffer); }

 private:
  std::unique_ptr<Source> tar_;
  TarReader reader_;
};

std::unique_ptr<Source> open_sparse(LayerFile blob, std::string_view path,
                                    const ExpansionLimit& limit) {
  LayerFile again{duplicate(blob.file.get()), blob.size_bytes, blob.what};
  const std::string what = blob.what;
  const auto number = MemberSource(open_tar(std::move(blob), limit), what).find_last(path);
  if (!number) {
    fail(ErrorKind::corrupt, "{} has no file '{}', though its toc does", what, printable(path));
  }
  auto member = std::make_unique<MemberSource>(open_tar(std::move(again), limit), what);
  member->skip_to(*number);
  return member;
}

Compression sniff_file(const LayerFile& blob) {
  std::array<std::byte, 6> head;
  const std::size_t got = pread_full(blob.file.get(), head, 0);
  return sniff(std::span(head).first(got));
}

std::unique_ptr<Source> open_slice(LayerFile blob, std::uint64_t offset, std::uint64_t length_bytes,
                                   const std::vector<Frame>& frames) {
  const Compression compression = sniff_file(blob);
  const std::string what = blob.what;
  Frame first{0, 0};
  std::uint64_t end = blob.size_bytes;
  for (const Frame& frame : frames) {
    if (frame.offset <= offset) first = frame;
    if (frame.offset >= offset + length_bytes) {
      end = std::min(end, frame.compressed_offset);
      break;
    }
  }
  if (compression == Compression::none) first = {offset, offset};
  if (first.compressed_offset > end) {
    fail(ErrorKind::corrupt, "{} ends before a file that its toc names", what);
  }
  auto part = std::make_unique<FilePart>(std::move(blob), first.compressed_offset, end);
  // the toc bounds what is read
  return std::make_unique<Slice>(open_decoder(std::move(part), compression, no_expansion_limit),
                                 offset - first.offset, length_bytes, what);
}

}  // namespace

std::unique_ptr<Source> open_tar(LayerFile blob, const ExpansionLimit& limit) {
  const Compression compression = sniff_file(blob);
  const std::uint64_t size_bytes = blob.size_bytes;
  return open_decoder(std::make_unique<FilePart>(std::move(blob), 0, size_bytes), compression,
                      limit);
}

std::unique_ptr<Source> open_file_content(LayerFile blob, const TocEntry& file,
                                          const std::vector<Frame>& frames,
                                          const ExpansionLimit& limit) {
  if (file.type != EntryType::file || file.whiteout) {
    fail(ErrorKind::invalid, "cannot read '{}' of {}: it is a {}", printable(file.path), blob.what,
         file.whiteout ? "whiteout" : to_string(file.type));
  }
  if (file.size_bytes == 0) return std::make_unique<StringSource>("");
  const std::string what = fmt::format("'{}' of {}", printable(file.path), blob.what);
  const Descriptor expected{"", Digest::of_hash(HashAlgorithm::sha256, file.content_hash),
                            file.size_bytes};
  auto content = file.data_offset
                     ? open_slice(std::move(blob), *file.data_offset, file.size_bytes, frames)
                     : open_sparse(std::move(blob), file.path, limit);
  return std::make_unique<VerifiedSource>(std::move(content), expected, what);
}

}  // namespace lade

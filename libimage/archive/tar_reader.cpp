// The parsing is libarchive's. What is added: names stay bytes (C locale), libarchive's warnings
// are errors unless they are about what is not used, and where contents stand is checked against
// where the next header is found, so that no two readers of an accepted archive disagree on sizes.
#include "libimage/archive/tar_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "libimage/archive/c_locale.h"
#include "libimage/archive/pax_records.h"
#include "libimage/archive/tar_entry.h"
#include "libimage/archive/tar_feed.h"
#include "libimage/archive/ustar.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

struct FreeArchive {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

/// Warnings that change nothing: a name outside ASCII keeps its bytes in the C locale, and ACL text
/// is not used.
bool is_harmless(std::string_view warning) {
  return warning.ends_with(" to current locale.") || warning.starts_with("Parse error: SCHILY.acl");
}

}  // namespace

class TarReader::Impl final : public Source {
 public:
  Impl(Source& source, std::string what)
      : feed_(source),
        what_(std::move(what)),
        reader_(archive_read_new()),
        parsed_(archive_entry_new()) {
    if (!reader_ || !parsed_) throw std::bad_alloc();
    archive_read_support_filter_none(reader_.get());
    archive_read_support_format_tar(reader_.get());
  }

  std::optional<Entry> next() {
    if (ended_) return std::nullopt;
    const CLocale locale;
    if (std::exchange(opened_, true)) {
      skip_contents();
    } else {
      check(feed_.open(reader_.get(), parsed_.get()));
    }
    feed_.keep_from(position());
    const bool more = check(archive_read_next_header2(reader_.get(), parsed_.get()));
    const std::string headers = feed_.take_kept(position());
    require_sizes_agree(TarFeed::header_position(reader_.get()));
    if (!more) {
      ended_ = true;
      size_bytes_ = read_bytes_ = 0;
      return std::nullopt;
    }
    TarEntry entry = take_entry(parsed_.get(), header_before(position()), what_);
    restore_sign(entry.entry.mtime, headers);
    size_bytes_ = entry.entry.size_bytes;
    if (entry.sparse) charge_sparse(size_bytes_);
    read_bytes_ = 0;
    block_ = {};
    hole_bytes_ = 0;
    if (entry.entry.type == EntryType::file && !entry.sparse) {
      data_begin_ = position();
      feed_.may_end_at(*data_begin_ + size_bytes_);
    }
    return std::move(entry.entry);
  }

  std::size_t read(std::span<std::byte> buffer) override {
    while (hole_bytes_ == 0 && block_.empty()) {
      if (read_bytes_ == size_bytes_) return 0;
      next_block();
    }
    std::size_t count = 0;
    if (hole_bytes_ > 0) {
      count = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), hole_bytes_));
      std::fill_n(buffer.begin(), count, std::byte{0});
      hole_bytes_ -= count;
    } else {
      count = std::min(buffer.size(), block_.size());
      std::copy_n(block_.begin(), count, buffer.begin());
      block_ = block_.subspan(count);
    }
    read_bytes_ += count;
    return count;
  }

  std::optional<std::uint64_t> data_offset() const { return data_begin_; }

  void drain(bool allow_trailing) {
    if (!ended_) fail(ErrorKind::internal, "{}: drained before its end", what_);
    const std::uint64_t end_begin = TarFeed::header_position(reader_.get());
    // libarchive takes the block behind a zero block for the second one without looking at it
    const std::span<const char> end_blocks = feed_.bytes(end_begin, position());
    const bool ends_in_zeros =
        std::all_of(end_blocks.begin(), end_blocks.end(), [](char byte) { return byte == 0; });
    const bool rest_is_zero = feed_.drain(position());
    if (!allow_trailing && !(ends_in_zeros && rest_is_zero)) {
      fail(ErrorKind::corrupt, "{}: bytes other than zero stand behind the end of the archive",
           what_);
    }
  }

 private:
  /// Bytes of the stream that libarchive has used.
  std::uint64_t position() const { return TarFeed::position(reader_.get()); }

  std::span<const char> header_before(std::uint64_t offset) const {
    if (offset < ustar::block_bytes) return {};
    return feed_.bytes(offset - ustar::block_bytes, offset);
  }

  /// What was not read of the current member, and the padding behind it.
  void skip_contents() {
    const int result = archive_read_data_skip(reader_.get());
    if (result == ARCHIVE_EOF) fail(ErrorKind::corrupt, "{} ends within a member", what_);
    check(result);
  }

  void charge_sparse(std::uint64_t size_bytes) {
    sparse_bytes_ += size_bytes;
    if (sparse_bytes_ <= sparse_limit_bytes) return;
    fail(ErrorKind::unsupported, "{}: sparse files of more than {} bytes together", what_,
         sparse_limit_bytes);
  }

  /// libarchive reads "-0.5" as half a second after 1970.
  static void restore_sign(Timestamp& time, std::string_view headers) {
    if (time.seconds != 0 || time.nanoseconds == 0) return;
    const auto text = find_pax(headers, "mtime");
    if (text && text->starts_with('-')) time = {-1, 1'000'000'000 - time.nanoseconds};
  }

  /// False at the end; throws unless all is well.
  bool check(int result) {
    feed_.rethrow();
    if (result == ARCHIVE_OK) return true;
    if (result == ARCHIVE_EOF) return false;
    const char* text = archive_error_string(reader_.get());
    const std::string_view reason = text == nullptr ? "unknown error" : text;
    if (result == ARCHIVE_WARN && is_harmless(reason)) return true;
    if (archive_errno(reader_.get()) == ENOMEM) throw std::bad_alloc();
    if (!begins_like_tar()) {
      fail(ErrorKind::corrupt, "{} is not a tar archive", what_);
    }
    fail(ErrorKind::corrupt, "{}: damaged tar archive near byte {}: {}", what_, position(),
         printable(reason));
  }

  /// False only where the very first block is no header.
  bool begins_like_tar() const {
    if (position() > ustar::block_bytes) return true;
    const std::span<const char> first = feed_.bytes(0, ustar::block_bytes);
    return !first.empty() && ustar::is_sealed(first);
  }

  void require_sizes_agree(std::uint64_t next_header) {
    const std::optional<std::uint64_t> begin = std::exchange(data_begin_, std::nullopt);
    if (!begin) return;
    const std::uint64_t wanted = *begin + size_bytes_ + ustar::padding_bytes(size_bytes_);
    if (next_header != wanted) {
      fail(ErrorKind::corrupt, "{}: headers disagree on a size: contents end at {} or at {}", what_,
           wanted, next_header);
    }
  }

  void next_block() {
    const CLocale locale;
    const void* bytes = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const bool more = check(archive_read_data_block(reader_.get(), &bytes, &size, &offset));
    if (!more && data_begin_) {
      fail(ErrorKind::corrupt, "{}: headers disagree on a size: wanted {} bytes, got {}", what_,
           size_bytes_, read_bytes_);
    }
    const std::uint64_t begin = more ? static_cast<std::uint64_t>(offset) : size_bytes_;
    if (begin < read_bytes_ || begin > size_bytes_ || size > size_bytes_ - begin) {
      fail(ErrorKind::corrupt, "{}: the map of a sparse file goes back or past its end", what_);
    }
    hole_bytes_ = begin - read_bytes_;
    if (more) block_ = {static_cast<const std::byte*>(bytes), size};
  }

  TarFeed feed_;
  std::string what_;
  std::unique_ptr<archive, FreeArchive> reader_;
  std::unique_ptr<archive_entry, FreeEntry> parsed_;
  std::optional<std::uint64_t> data_begin_;
  std::uint64_t size_bytes_ = 0;      ///< of the current member's contents
  std::uint64_t read_bytes_ = 0;      ///< how many of them were read
  std::uint64_t sparse_bytes_ = 0;    ///< of all sparse members so far
  std::uint64_t hole_bytes_ = 0;      ///< zeros that come next
  std::span<const std::byte> block_;  ///< stored bytes that come after the hole
  bool opened_ = false;
  bool ended_ = false;
};

TarReader::TarReader(Source& source, std::string what)
    : impl_(std::make_unique<Impl>(source, std::move(what))) {}
TarReader::TarReader(TarReader&&) noexcept = default;
TarReader::~TarReader() = default;

std::optional<Entry> TarReader::next() { return impl_->next(); }
Source& TarReader::data() { return *impl_; }
std::optional<std::uint64_t> TarReader::data_offset() const { return impl_->data_offset(); }
void TarReader::drain(bool allow_trailing) { impl_->drain(allow_trailing); }

}  // namespace lade

#include "libimage/archive/tar_feed.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace lade {
namespace {

constexpr std::size_t keep_bytes = ustar::block_bytes;
constexpr std::size_t read_bytes = 256U << 10U;

}  // namespace

TarFeed::TarFeed(Source& source) : source_(source), buffer_(keep_bytes + read_bytes) {
  ustar::put_text(primer_, ustar::name, "primer");
  ustar::put_text(primer_, ustar::link, "target");
  primer_[ustar::type.offset] = '2';
  ustar::seal(primer_);
}

int TarFeed::open(archive* reader, archive_entry* unused) {
  const int result = archive_read_open2(reader, this, nullptr, &TarFeed::on_read, nullptr, nullptr);
  return result == ARCHIVE_OK ? archive_read_next_header2(reader, unused) : result;
}

std::uint64_t TarFeed::position(archive* reader) {
  return static_cast<std::uint64_t>(archive_filter_bytes(reader, 0)) - ustar::block_bytes;
}

std::uint64_t TarFeed::header_position(archive* reader) {
  return static_cast<std::uint64_t>(archive_read_header_position(reader)) - ustar::block_bytes;
}

la_ssize_t TarFeed::on_read(archive* /*reader*/, void* feed, const void** bytes) {
  auto* self = static_cast<TarFeed*>(feed);
  if (!std::exchange(self->primed_, true)) {
    *bytes = self->primer_.data();
    return static_cast<la_ssize_t>(self->primer_.size());
  }
  return self->guard_.run<la_ssize_t>(ARCHIVE_FATAL, [self, bytes] {
    std::size_t count = self->refill();
    if (count == 0) count = self->pad();
    *bytes = self->filled().data();
    return static_cast<la_ssize_t>(count);
  });
}

std::size_t TarFeed::refill() {
  if (keep_from_) keep(filled_begin_ + filled_bytes_);
  std::memmove(buffer_.data(), buffer_.data() + filled_bytes_, keep_bytes);
  filled_begin_ += filled_bytes_;
  filled_bytes_ = 0;
  filled_bytes_ = read_full(source_, std::span(buffer_).subspan(keep_bytes));
  return filled_bytes_;
}

/// At the end of the source: zeros up to the end of the block, where that is allowed.
std::size_t TarFeed::pad() {
  if (may_end_at_ != filled_begin_) return 0;
  may_end_at_.reset();
  const std::size_t missing = ustar::padding_bytes(filled_begin_);
  std::fill_n(buffer_.begin() + keep_bytes, missing, std::byte{0});
  return missing;
}

void TarFeed::keep_from(std::uint64_t offset) {
  keep_from_ = offset;
  kept_.clear();
}

void TarFeed::keep(std::uint64_t end) {
  const std::uint64_t begin = std::max(*keep_from_ + kept_.size(), filled_begin_);
  if (begin >= end) return;
  const auto bytes = filled().subspan(static_cast<std::size_t>(begin - filled_begin_),
                                      static_cast<std::size_t>(end - begin));
  kept_.append(as_text(bytes));
}

std::string TarFeed::take_kept(std::uint64_t end) {
  keep(std::min(end, filled_begin_ + filled_bytes_));
  keep_from_.reset();
  return std::exchange(kept_, {});
}

std::span<const std::byte> TarFeed::filled() const {
  return std::span(buffer_).subspan(keep_bytes, filled_bytes_);
}

std::span<const char> TarFeed::bytes(std::uint64_t begin, std::uint64_t end) const {
  const std::uint64_t filled_end = filled_begin_ + filled_bytes_;
  if (begin > end || end > filled_end || begin + keep_bytes < filled_begin_) return {};
  const auto* first = reinterpret_cast<const char*>(buffer_.data());
  return {first + (begin + keep_bytes - filled_begin_), static_cast<std::size_t>(end - begin)};
}

bool TarFeed::drain(std::uint64_t position) {
  const auto all_zero = [](std::span<const std::byte> bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
  };
  const auto used = static_cast<std::size_t>(
      std::clamp<std::uint64_t>(position, filled_begin_, filled_begin_ + filled_bytes_) -
      filled_begin_);
  bool zero = all_zero(filled().subspan(used));
  while (refill() > 0) zero = all_zero(filled()) && zero;
  return zero;
}

}  // namespace lade

#include "libimage/stream/source.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "libimage/base/error.h"

namespace lade {

std::size_t MemorySource::read(std::span<std::byte> buffer) {
  const std::size_t count = std::min(buffer.size(), bytes_.size());
  if (count > 0) std::memcpy(buffer.data(), bytes_.data(), count);
  bytes_ = bytes_.subspan(count);
  return count;
}

std::size_t FdSource::read(std::span<std::byte> buffer) {
  try {
    return read_some(file_.get(), buffer);
  } catch (Error& error) {
    error.add_context(name_);
    throw;
  }
}

std::size_t RangeSource::read(std::span<std::byte> buffer) {
  if (left_bytes_ == 0) return 0;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left_bytes_));
  std::size_t count = 0;
  try {
    count = pread_full(number_, buffer.first(wanted), offset_);
  } catch (Error& error) {
    error.add_context(name_);
    throw;
  }
  if (count < wanted) {
    fail(ErrorKind::corrupt, "{} ends at byte {}; wanted {} bytes more", name_, offset_ + count,
         left_bytes_ - count);
  }
  offset_ += count;
  left_bytes_ -= count;
  return count;
}

std::size_t LimitedSource::read(std::span<std::byte> buffer) {
  if (left_bytes_ == 0) {
    std::array<std::byte, 1> probe;
    if (inner_.read(probe) == 0) return 0;
    fail(ErrorKind::invalid, "{} is too large: more than {} bytes", what_, limit_bytes_);
  }
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left_bytes_));
  const std::size_t count = inner_.read(buffer.first(wanted));
  left_bytes_ -= count;
  return count;
}

std::size_t read_full(Source& source, std::span<std::byte> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const std::size_t count = source.read(buffer.subspan(filled));
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

std::string read_all(Source& source, std::uint64_t limit_bytes, std::string_view what) {
  LimitedSource limited(source, limit_bytes, std::string(what));
  constexpr std::size_t step_bytes = 64U << 10U;
  std::string text;
  for (;;) {
    const std::size_t used = text.size();
    text.resize(std::max(used + step_bytes, used + used / 2));
    const std::size_t count =
        read_full(limited, std::as_writable_bytes(std::span(text).subspan(used)));
    if (count < text.size() - used) {
      text.resize(used + count);
      return text;
    }
  }
}

}  // namespace lade

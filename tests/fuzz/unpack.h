#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/stream/codec.h"

namespace lade {

/// A text in pieces of `piece_bytes`.
class PiecesSource final : public Source {
 public:
  PiecesSource(std::string_view text, std::size_t piece_bytes)
      : text_(text), piece_bytes_(piece_bytes) {}
  std::size_t read(std::span<std::byte> buffer) override {
    return text_.read(buffer.first(std::min(buffer.size(), piece_bytes_)));
  }

 private:
  MemorySource text_;
  std::size_t piece_bytes_;
};

/// What `packed` unpacks to; nothing if it is refused.
inline std::optional<std::string> unpacked(Compression compression, std::string_view packed,
                                           std::size_t piece_bytes, std::size_t read_bytes) {
  constexpr std::uint64_t limit_bytes = 4U << 20U;
  try {
    const auto source = open_decoder(std::make_unique<PiecesSource>(packed, piece_bytes),
                                     compression, {.max_bytes = limit_bytes});
    std::vector<std::byte> buffer(read_bytes);
    std::string text;
    while (const std::size_t count = source->read(buffer)) {
      text += as_text(std::span<const std::byte>(buffer).first(count));
    }
    if (text.size() > limit_bytes) std::abort();
    return text;
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Aborts unless neither how bytes arrive nor how they are asked for makes a difference.
inline void require_same_for_all_reads(Compression compression, const std::uint8_t* data,
                                       std::size_t size) {
  const std::string_view packed(reinterpret_cast<const char*>(data), size);
  const std::optional<std::string> whole = unpacked(compression, packed, size + 1, 200'000);
  if (unpacked(compression, packed, 1, 100) != whole) std::abort();
  if (unpacked(compression, packed, 7, 100'000) != whole) std::abort();
}

}  // namespace lade

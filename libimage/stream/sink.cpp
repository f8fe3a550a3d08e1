#include "libimage/stream/sink.h"

#include <memory>

#include "libimage/base/error.h"

namespace lade {

void FdSink::write(std::span<const std::byte> bytes) {
  try {
    write_full(number_, bytes);
  } catch (Error& error) {
    error.add_context(name_);
    throw;
  }
}

std::uint64_t copy(Source& source, Sink& sink, const std::function<void(std::uint64_t)>& advance) {
  constexpr std::size_t buffer_bytes = 256U << 10U;
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(buffer_bytes);
  const std::span<std::byte> space(buffer.get(), buffer_bytes);
  std::uint64_t moved_bytes = 0;
  while (const std::size_t count = source.read(space)) {
    sink.write(space.first(count));
    moved_bytes += count;
    if (advance) advance(count);
  }
  return moved_bytes;
}

}  // namespace lade

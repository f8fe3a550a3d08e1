// Any bytes are finds or an error, and what was read is written as the same. The bytes are tried as
// they are and with their checksum made good, or nothing would ever come past it.
#include <cstdint>
#include <string>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/xxh64.h"
#include "sbom/catalog/find.h"

namespace {

void read_whole(const std::string& bytes) {
  try {
    const std::string again = lade::sbom::encode_finds(lade::sbom::decode_finds(bytes));
    if (lade::sbom::encode_finds(lade::sbom::decode_finds(again)) != again) __builtin_trap();
  } catch (const lade::Error&) {
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  read_whole(bytes);
  constexpr std::size_t header_bytes = 20;
  if (size >= header_bytes) {
    const auto body = lade::as_bytes(std::string_view(bytes).substr(header_bytes));
    lade::store_le(bytes.data() + 12, lade::xxh64(body));
    read_whole(bytes);
  }
  return 0;
}

// Any bytes are a provider's file or an error, and whatever is asked of it then is answered or is
// one. The bytes are tried as they are and with good checksums in the header, or nothing would ever
// come past them.
#include <cstdint>
#include <string>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/xxh64.h"
#include "sbom/vuln/database.h"
#include "sbom/vuln/database_format.h"

namespace {

using namespace lade;
namespace header = sbom::database_format::header;

void use_whole(const std::string& bytes) {
  try {
    const auto database = sbom::ProviderDatabase::from_bytes(bytes, "fuzz");
    for (const std::string& ecosystem : database->info().ecosystems) {
      for (const auto& match : database->find(ecosystem, "a")) database->advisory(match.advisory);
    }
    database->find_epss("a");
    database->find_kev("a");
    database->verify();
  } catch (const Error&) {
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  use_whole(bytes);
  if (size < header::size) return 0;
  const std::string_view all = bytes;
  const auto info = load_le<std::uint64_t>(bytes.data() + header::info_bytes);
  if (info > size - header::size) return 0;
  const auto body = xxh64(as_bytes(all.substr(header::size + info)));
  store_le(bytes.data() + header::body_checksum, body);
  store_le(bytes.data() + header::head_checksum,
           xxh64(as_bytes(
               all.substr(header::body_checksum, header::size - header::body_checksum + info))));
  use_whole(bytes);
  return 0;
}

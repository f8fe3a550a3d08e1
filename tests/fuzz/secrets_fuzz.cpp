// Any bytes are searched alike in one piece and in many, no secret is longer than its text, and any
// bytes are a file of rules, the kept secrets of a layer, or an error.
#include <cstdint>
#include <string>
#include <string_view>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/xxh64.h"
#include "sbom/secrets/layer_secrets.h"
#include "sbom/secrets/text_scanner.h"

namespace {

using lade::sbom::FoundSecret;

std::vector<FoundSecret> search(std::string_view text, std::size_t piece_bytes) {
  static const lade::sbom::SecretRules rules = lade::sbom::SecretRules::builtin();
  static lade::sbom::TextScanner scanner(rules);
  scanner.begin_file("srv/.env", std::uint64_t{1} << 30U);
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    if (!scanner.write(text.substr(at, piece_bytes))) break;
  }
  return scanner.end();
}

void read_kept(const std::string& bytes) {
  try {
    const std::string again = lade::sbom::encode_secrets(lade::sbom::decode_secrets(bytes));
    if (lade::sbom::encode_secrets(lade::sbom::decode_secrets(again)) != again) __builtin_trap();
  } catch (const lade::Error&) {
    return;
  }
}

void read_rules(std::string_view text) {
  try {
    lade::sbom::SecretRules::parse(text, "rules.toml").prepare();
  } catch (const lade::Error&) {
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = search(bytes, size + 1);
  if (search(bytes, 7) != whole) __builtin_trap();
  for (const FoundSecret& secret : whole) {
    if (secret.offset + secret.size_bytes > size) __builtin_trap();
  }
  read_rules(bytes);
  constexpr std::size_t header_bytes = 20;
  if (size >= header_bytes) {
    const auto body = lade::as_bytes(std::string_view(bytes).substr(header_bytes));
    lade::store_le(bytes.data() + 12, lade::xxh64(body));
    read_kept(bytes);
  }
  return 0;
}

// A checkpoint of a log, and a proof made of its bytes. Whatever these: only lade::Error leaves the
// parser, what is signed is the beginning of the text, and a proof ends.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "libimage/base/error.h"
#include "signing/sigstore/checkpoint.h"
#include "signing/sigstore/merkle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> hashes(size % 70, std::string(bytes.substr(0, 32)));
  lade::signing::root_of_proof(bytes, size, size * size, hashes);
  try {
    const auto checkpoint = lade::signing::parse_checkpoint(bytes);
    if (!bytes.starts_with(checkpoint.signed_text)) std::abort();
    if (checkpoint.root_hash.size() != 32 || checkpoint.signatures.empty()) std::abort();
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  return 0;
}

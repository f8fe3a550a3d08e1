// Keys as strangers hand them over, and URIs of tokens: read, or refused as what they are, without
// spending more than a moment on what they ask for. What was read signs, and is read the same from
// what it is written as.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "libimage/base/error.h"
#include "signing/keys/key_text.h"
#include "signing/keys/private_key.h"
#include "signing/keys/token_uri.h"

namespace {

using namespace lade;
using namespace lade::signing;

constexpr UnlockLimits moment{
    .scrypt_memory_bytes = 1U << 20U, .scrypt_work = 1U << 10U, .pbkdf2_iterations = 100};

Secret passphrase() { return Secret("x"); }

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Read>
void only_refusals(Read read) {
  try {
    read();
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::invalid || error.kind() == ErrorKind::unsupported ||
            error.kind() == ErrorKind::denied);
  }
}

std::optional<PrivateKey> find_private_key(std::string_view text) {
  std::optional<PrivateKey> key;
  only_refusals([&] { key = PrivateKey::parse_pem(text, "fuzz", passphrase, moment); });
  return key;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto key = find_private_key(text)) {
    const Secret plain = key->pem(PrivateKeyForm::pkcs8, {});
    const auto again = find_private_key(plain.reveal());
    require(again && again->public_key() == key->public_key());
  }
  only_refusals([&] { find_public_key(text, "fuzz", passphrase, moment); });
  only_refusals([&] {
    const TokenUri uri = TokenUri::parse(text);
    require(TokenUri::parse(uri.str()).str() == uri.str());
  });
  return 0;
}

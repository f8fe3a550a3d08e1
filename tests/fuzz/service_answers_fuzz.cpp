// Answers of Fulcio, both Rekors, a time-stamp authority and a token service: the first byte says
// whose, and whether it is a success. Whatever the bytes: only lade::Error leaves the clients, and
// what they return is of what was sent.
#include <cstdint>

#include "signing/keyless/fulcio.h"
#include "signing/keyless/rekor.h"
#include "signing/keyless/timestamp_authority.h"
#include "signing/keyless/token_source.h"
#include "signing/keys/private_key.h"
#include "tests/fuzz/defect.h"

namespace {

using namespace lade;
using namespace lade::signing;

class Answering final : public WebClient {
 public:
  explicit Answering(WebAnswer answer) : answer_(std::move(answer)) {}
  WebAnswer send(const WebRequest&) override { return answer_; }

 private:
  WebAnswer answer_;
};

struct Signed {
  PrivateKey key = PrivateKey::generate(KeyKind::ecdsa_p256);
  Artifact artifact = Artifact::of_bytes("artifact");
  std::string signature = key.sign("artifact");
  SignedMaterial material{.content =
                              MessageSignature{.hash = MessageHash::sha256, .bytes = signature}};
};

void enter(WebClient& client, Signed& made, unsigned version) {
  const LogEntry entry =
      enter_into_log(client, {.url = "https://rekor.example", .api_version = version},
                     made.material, made.artifact, {.key = made.key.public_key()}, made.signature);
  require(!entry.body.empty() && entry.proof);
}

void ask(int whom, WebClient& client, Signed& made) {
  const IdentityToken token{.text = Secret("a.secret.token"), .subject = "somebody"};
  switch (whom) {
    case 0:
      require(request_certificate(client, "https://fulcio.example", token, made.key)
                  .front()
                  .public_key() == made.key.public_key());
      break;
    case 1:
    case 2:
      enter(client, made, static_cast<unsigned>(whom));
      break;
    case 3:
      request_timestamp(client, "https://tsa.example", made.signature);
      break;
    default:
      require(!find_token(client,
                          {.actions_url = "https://token.example", .actions_token = Secret("x")},
                          "sigstore")
                   ->text.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Signed made;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool is_repeat = (data[0] & 0x80) != 0;
  Answering client({.status = is_repeat ? 409 : 201,
                    .failure = ErrorKind::conflict,
                    .location = std::string(bytes.substr(0, 100)),
                    .body = std::string(bytes)});
  without_defect([&] { ask(data[0] & 7, client, made); });
  return 0;
}

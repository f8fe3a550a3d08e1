#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libimage/base/base64.h"
#include "libimage/base/base64url.h"
#include "libimage/base/json.h"
#include "signing/keyless/identity_token.h"
#include "signing/keyless/web_client.h"
#include "signing/sigstore/merkle.h"
#include "signing/sigstore/signed_material.h"
#include "signing/sigstore/trusted_root.h"
#include "tests/signing/notation/chains.h"

/// Services in process: each answers what it is asked, and keeps the questions.
namespace lade::signing {

/// Answers every request by a function.
class FakeClient final : public WebClient {
 public:
  using Answer = std::function<WebAnswer(const WebRequest&)>;

  explicit FakeClient(Answer answer) : answer_(std::move(answer)) {}
  WebAnswer send(const WebRequest& request) override {
    asked.push_back(request);
    return answer_(request);
  }

  std::vector<WebRequest> asked{};

 private:
  Answer answer_;
};

inline WebAnswer answered(std::string body, int status = 201) {
  return {.status = status, .body = std::move(body)};
}

inline WebAnswer refused(int status, ErrorKind failure, std::string body) {
  return {.status = status, .failure = failure, .body = std::move(body)};
}

/// A token with these claims over those of a good one; null takes a claim away.
inline std::string token_of(const Json& claims = Json::object()) {
  Json all = {{"iss", "https://issuer.example"},
              {"sub", "https://example.com/workflow"},
              {"aud", "sigstore"},
              {"exp", chains::now.seconds + 600}};
  for (const auto& [name, value] : claims.items()) {
    if (value.is_null()) {
      all.erase(name);
    } else {
      all[name] = value;
    }
  }
  return to_base64url(R"({"alg":"none"})") + "." + to_base64url(to_compact(all)) + "." +
         to_base64url("the signature of the token");
}

inline IdentityToken some_token() {
  return read_identity_token(Secret(token_of()), "it", {.now = chains::now});
}

/// A transparency log that has one entry.
struct FakeLog {
  PrivateKey key = PrivateKey::generate(KeyKind::ecdsa_p256);

  std::string id() const { return hash_bytes(MessageHash::sha256, key.public_key().der()); }
  TransparencyLog trusted() const {
    return {.base_url = "https://rekor.example", .key = key.public_key(), .log_id = id()};
  }
  std::string checkpoint(const std::string& root) {
    const std::string text = "rekor.example - 1\n1\n" + to_base64(root) + "\n";
    return text + "\n\xe2\x80\x94 rekor.example " + to_base64(id().substr(0, 4) + key.sign(text)) +
           "\n";
  }
  /// As Rekor v1 answers.
  Json entry_v1(const std::string& body) {
    const std::int64_t time = chains::now.seconds;
    const std::string promised =
        fmt::format(R"({{"body":"{}","integratedTime":{},"logID":"{}","logIndex":7}})",
                    to_base64(body), time, hex_of(id()));
    const std::string root = leaf_hash(body);
    Json proof = Json::object();
    proof["checkpoint"] = checkpoint(root);
    proof["hashes"] = Json::array();
    proof["logIndex"] = 0;
    proof["rootHash"] = hex_of(root);
    proof["treeSize"] = 1;
    Json entry = Json::object();
    entry["body"] = to_base64(body);
    entry["integratedTime"] = time;
    entry["logID"] = hex_of(id());
    entry["logIndex"] = 7;
    entry["verification"]["inclusionProof"] = std::move(proof);
    entry["verification"]["signedEntryTimestamp"] = to_base64(key.sign(promised));
    Json json = Json::object();
    json[std::string(64, 'a')] = std::move(entry);
    return json;
  }
  /// As Rekor v2 answers.
  Json entry_v2(const std::string& body) {
    const Json parsed = parse_json(body, "body");
    const std::string root = leaf_hash(body);
    return {{"logIndex", "0"},
            {"logId", {{"keyId", to_base64(id())}}},
            {"kindVersion", {{"kind", parsed["kind"]}, {"version", parsed["apiVersion"]}}},
            {"inclusionProof",
             {{"logIndex", "0"},
              {"rootHash", to_base64(root)},
              {"treeSize", "1"},
              {"hashes", Json::array()},
              {"checkpoint", {{"envelope", checkpoint(root)}}}}},
            {"canonicalizedBody", to_base64(body)}};
  }
};

inline Json list_of(Json one) {
  Json list = Json::array();
  list.push_back(std::move(one));
  return list;
}

/// What Rekor v1 keeps of what it was asked to enter.
inline std::string kept_v1(const std::string& request) {
  Json json = parse_json(request, "request");
  if (json["kind"] != "dsse") return request;
  const Json proposed = json["spec"]["proposedContent"];
  const std::string text = proposed["envelope"];
  const Json envelope = parse_json(text, "envelope");
  const std::string payload = *from_base64(envelope["payload"].get<std::string>());
  Json spec = Json::object();
  spec["payloadHash"] = {{"algorithm", "sha256"},
                         {"value", hex_of(hash_bytes(MessageHash::sha256, payload))}};
  spec["signatures"] = list_of(
      {{"signature", envelope["signatures"][0]["sig"]}, {"verifier", proposed["verifiers"][0]}});
  json["spec"] = std::move(spec);
  return to_compact(json);
}

/// What Rekor v2 keeps; it takes nothing but a signature that verifies, over a digest.
inline std::string kept_v2(const std::string& request) {
  const Json asked = parse_json(request, "request");
  if (asked.size() != 1 || !asked.contains("hashedRekordRequestV002")) {
    fail(ErrorKind::invalid, "Rekor v2 takes no other request: {}", request);
  }
  const Json& one = asked["hashedRekordRequestV002"];
  const Json& verifier = one["signature"]["verifier"];
  const auto bytes_in = [](const Json& text) { return *from_base64(text.get<std::string>()); };
  const PublicKey key =
      verifier.contains("publicKey")
          ? PublicKey::parse_der(bytes_in(verifier["publicKey"]["rawBytes"]), "key")
          : Certificate::parse_der(bytes_in(verifier["x509Certificate"]["rawBytes"]), "certificate")
                .public_key();
  const SignatureScheme scheme = key.default_scheme();
  const bool prehashed = key.kind() == KeyKind::ed25519;  // checked by nothing but the message
  if (!prehashed &&
      !key.verifies_hash(bytes_in(one["digest"]), bytes_in(one["signature"]["content"]), scheme)) {
    fail(ErrorKind::invalid, "the signature is not of the digest");
  }
  const MessageHash hash = prehashed ? MessageHash::sha512 : scheme.hash;
  Json json = {{"apiVersion", "0.0.2"}, {"kind", "hashedrekord"}};
  Json spec = Json::object();
  spec["data"] = {{"algorithm", hash == MessageHash::sha256   ? "SHA2_256"
                                : hash == MessageHash::sha384 ? "SHA2_384"
                                                              : "SHA2_512"},
                  {"digest", one["digest"]}};
  spec["signature"] = one["signature"];
  json["spec"]["hashedRekordV002"] = std::move(spec);
  return to_compact(json);
}

}  // namespace lade::signing

#include <catch2/catch.hpp>
#include <chrono>

#include "libimage/base/base64.h"
#include "libimage/base/child.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/oci/hasher.h"
#include "signing/policy/decide.h"

namespace lade::signing {
namespace {

constexpr std::string_view name = "q.io/app:1";

/// An authority, who has a certificate of it, a log and others, made by the program openssl.
class Signers {
 public:
  Signers() : directory_("/tmp", "lade-signers-") {
    run(R"(
      key() { openssl ecparam -name prime256v1 -genkey -noout -out $1.key &&
              openssl pkey -in $1.key -pubout -out $1.pub; }
      for one in ca other signer rekor; do key $one || exit 1; done
      for one in ca other; do
        openssl req -x509 -new -key $one.key -out $one.pem -subj /CN=$one -days 30 \
          -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign || exit 1
      done
      cat > extensions <<X
extendedKeyUsage=codeSigning
subjectAltName=email:me@example.com,DNS:*.build.example.com
1.3.6.1.4.1.57264.1.8=ASN1:UTF8String:https://issuer.example.com
X
      openssl req -new -key signer.key -subj /CN=signer -out signer.csr &&
      openssl x509 -req -in signer.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 \
        -extfile extensions -out signer.pem)");
  }

  std::string path(const std::string& file) const { return join_path(directory_.path(), file); }
  std::string read(const std::string& file) const { return read_file(path(file), 1 << 20); }

  std::string sign(const std::string& bytes, const std::string& key) const {
    write_file_atomic(path("bytes"), bytes);
    run("openssl dgst -sha256 -sign " + key + ".key -out signature bytes");
    return read("signature");
  }

 private:
  void run(const std::string& script) const {
    ChildOptions options;
    options.argv = {"sh", "-c", "exec 2> /dev/null > /dev/null\n" + script};
    options.directory = directory_.path();
    REQUIRE(Child(options).wait().code == 0);
  }

  TempDir directory_;
};

const Signers& signers() {
  static const Signers made;
  return made;
}

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// What Rekor says of a signature, as cosign keeps it.
std::string entry_of(const std::string& payload, const std::string& signature,
                     const std::string& verifier) {
  const Json body = {
      {"apiVersion", "0.0.1"},
      {"kind", "hashedrekord"},
      {"spec",
       {{"data", {{"hash", {{"algorithm", "sha256"}, {"value", digest_of(payload).hex()}}}}},
        {"signature",
         {{"content", to_base64(signature)},
          {"publicKey", {{"content", to_base64(signers().read(verifier))}}}}}}}};
  const std::string body_text = to_base64(to_compact(body));
  const std::string log_id = PublicKey::parse_pem(signers().read("rekor.pub"), "it").id().hex();
  const std::int64_t time = seconds_now();
  const std::string promised = fmt::format(
      R"({{"body":"{}","integratedTime":{},"logID":"{}","logIndex":7}})", body_text, time, log_id);
  const Json entry = {
      {"SignedEntryTimestamp", to_base64(signers().sign(promised, "rekor"))},
      {"Payload",
       {{"body", body_text}, {"integratedTime", time}, {"logIndex", 7}, {"logID", log_id}}}};
  return to_compact(entry);
}

enum class With : unsigned char { key, key_and_log, certificate, certificate_and_log };

PolicyImage signed_image(With with) {
  const Digest manifest = digest_of("a manifest");
  const std::string payload =
      to_bytes(SimpleSigning{.docker_reference = std::string(name), .manifest_digest = manifest});
  const std::string signature = signers().sign(payload, "signer");
  std::map<std::string, std::string> annotations{
      {std::string(CosignSignature::signature_key), to_base64(signature)}};
  const bool certified = with == With::certificate || with == With::certificate_and_log;
  if (certified) {
    annotations[std::string(CosignSignature::certificate_key)] = signers().read("signer.pem");
  }
  if (with == With::key_and_log || with == With::certificate_and_log) {
    annotations[std::string(CosignSignature::bundle_key)] =
        entry_of(payload, signature, certified ? "signer.pem" : "signer.pub");
  }
  PolicyImage image{.subject = named_subject("docker", Reference::parse(name)),
                    .manifest = manifest};
  image.signatures = [payload, annotations] {
    return std::vector<ImageSignature>{
        {.origin = "one",
         .content =
             parse_cosign_signature(CosignSignature::simple_signing_type, payload, annotations)}};
  };
  return image;
}

/// `$X` stands for the path of X.
std::string with_paths(std::string text) {
  for (std::size_t at = text.find('$'); at != std::string::npos; at = text.find('$')) {
    const std::size_t end = text.find('"', at);
    text.replace(at, end - at, signers().path(text.substr(at + 1, end - at - 1)));
  }
  return text;
}

Decision decided(With with, const std::string& members) {
  const Policy policy = parse_policy(
      with_paths(R"({"default":[{"type":"sigstoreSigned",)" + members + "}]}"), "the policy");
  return decide(policy, signed_image(with), {.now = {seconds_now(), 0}});
}

TEST_CASE("sigstoreSigned holds for what it wants, and says what it misses") {
  const std::string fulcio =
      R"("fulcio":{"caPath":"$ca.pem","oidcIssuer":"https://issuer.example.com",)"
      R"("subjectEmail":"me@example.com"},"rekorPublicKeyPath":"$rekor.pub")";
  const auto [with, members, reason] = GENERATE_COPY(table<With, std::string, std::string>({
      {With::key, R"("keyPath":"$signer.pub")", ""},
      {With::key, R"("keyPaths":["$ca.pub","$signer.pub"])", ""},
      {With::key, R"("keyPath":"$ca.pub")", "the signature is not one of"},
      {With::key, R"("keyPath":"$missing.pub")", "missing.pub"},
      {With::key, R"("keyPath":"$signer.pub","rekorPublicKeyPath":"$rekor.pub")", "0 of 1 entries"},
      {With::key_and_log, R"("keyPath":"$signer.pub","rekorPublicKeyPath":"$rekor.pub")", ""},
      {With::key_and_log,
       R"("keyPath":"$signer.pub","rekorPublicKeyPaths":["$ca.pub","$rekor.pub"])", ""},
      {With::key_and_log, R"("keyPath":"$signer.pub","rekorPublicKeyPath":"$ca.pub")", "log"},
      {With::certificate_and_log, fulcio, ""},
      {With::certificate, fulcio, "0 of 1 entries"},
      {With::key_and_log, fulcio, "has no certificate, which is wanted"},
      {With::certificate_and_log,
       R"("fulcio":{"caPath":"$other.pem","oidcIssuer":"https://issuer.example.com",)"
       R"("subjectEmail":"me@example.com"},"rekorPublicKeyPath":"$rekor.pub")",
       "no trusted authority vouches"},
      {With::certificate_and_log,
       R"("fulcio":{"caPath":"$ca.pem","oidcIssuer":"https://other.example.com",)"
       R"("subjectEmail":"me@example.com"},"rekorPublicKeyPath":"$rekor.pub")",
       "https://other.example.com"},
      {With::certificate_and_log,
       R"("fulcio":{"caPath":"$ca.pem","oidcIssuer":"https://issuer.example.com",)"
       R"("subjectEmail":"you@example.com"},"rekorPublicKeyPath":"$rekor.pub")",
       "you@example.com"},
      {With::certificate_and_log,
       R"("fulcio":{"caPath":"$ca.pem","oidcIssuer":"https://issuer.example.com",)"
       R"("subjectEmail":"*.build.example.com"},"rekorPublicKeyPath":"$rekor.pub")",
       "wanted the email address *.build.example.com"},
      {With::certificate, R"("pki":{"caRootsPath":"$ca.pem","subjectEmail":"me@example.com"})", ""},
      {With::certificate,
       R"("pki":{"caRootsPath":"$ca.pem","caIntermediatesPath":"$other.pem",)"
       R"("subjectEmail":"me@example.com","subjectHostname":"a.build.example.com"})",
       ""},
      {With::certificate,
       R"("pki":{"caRootsPath":"$ca.pem","subjectHostname":"a.b.build.example.com"})",
       "wanted the host name a.b.build.example.com"},
      {With::certificate, R"("pki":{"caRootsPath":"$ca.pem","subjectEmail":"you@example.com"})",
       "wanted the email address you@example.com"},
      {With::certificate, R"("pki":{"caRootsPath":"$other.pem","subjectEmail":"me@example.com"})",
       "no trusted authority vouches"},
      {With::key, R"("pki":{"caRootsPath":"$ca.pem","subjectEmail":"me@example.com"})",
       "has no certificate, which is wanted"},
  }));
  CAPTURE(members);
  const Decision decision = decided(with, members);
  CHECK(decision.allowed == reason.empty());
  const std::string wanted = reason.empty() ? "signed by " : reason;
  CHECK_THAT(decision.requirements.front().reason, Catch::Contains(wanted));
}

}  // namespace
}  // namespace lade::signing

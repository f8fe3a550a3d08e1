// The cases of the Sigstore conformance suite: what is called …_fail fails, the rest passes, be the
// artifact known by its bytes or by its digest alone.
#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/oci/hasher.h"
#include "signing/sigstore/bundle.h"
#include "signing/sigstore/verify.h"
#include "tests/signing/sigstore/cases.h"
#include "tests/signing/sigstore/corpora.h"

namespace lade::signing {
namespace {

/// Why the case fails; empty if it passes.
std::string outcome(const Case& one, const Artifact& artifact) {
  try {
    const Bundle bundle = parse_bundle(file(one.directory / "bundle.sigstore.json"), "the bundle");
    verify(bundle.material, artifact, one.options());
    return {};
  } catch (const Error& error) {
    CHECK(error.kind() != ErrorKind::internal);
    return error.message();
  }
}

}  // namespace

TEST_CASE("the cases of the conformance suite get the verdict in their name") {
  const std::vector<Case> cases = conformance_cases();
  if (cases.empty()) {
    WARN("no corpora");
    return;
  }
  CHECK(cases.size() >= 35);
  for (const Case& one : cases) {
    const std::string bytes = file(one.artifact());
    for (const Artifact& artifact :
         {Artifact::of_bytes(bytes), Artifact::of_digest(digest_of(bytes))}) {
      const std::string reason = outcome(one, artifact);
      INFO(one.name() << ": " << reason);
      CHECK(reason.empty() == !one.fails());
    }
  }
}

TEST_CASE("a case of the conformance suite that fails says why") {
  struct Row {
    std::string name;
    std::string reason;
  };
  const std::vector<Row> rows = {
      {"bundle-empty-certificate-chain_fail", "has a chain of no certificates"},
      {"bundle-with-root-cert_fail", "brings the root certificate"},
      {"checkpoint-bad-keyhint_fail", "is not signed by https://rekor.sigstore.dev"},
      {"dsse-invalid-sig_fail", "is not by the key of its certificate"},
      {"dsse-mismatch-sig_fail", "is of another signature"},
      {"inclusion-proof-corrupted-hash_fail", "does not lead to the tree's root"},
      {"integrated-time-in-future_fail", "the certificate was valid"},
      {"intoto-log-entry-mismatch_fail", "is of another signature"},
      {"intoto-set-outside-signing-cert-validity_fail", "the certificate was valid"},
      {"invalid-ct-key_fail", "no promise of a trusted certificate transparency log"},
      {"managed-key-no-key_fail", "no key was given"},
      {"message-digest-mismatch_fail", "the signature is of"},
      {"rekor2-checkpoint-missing-log-signature_fail", "the checkpoint has no"},
      {"rekor2-checkpoint-missing-root-hash_fail", "wanted origin, size and root hash"},
      {"rekor2-dsse-invalid-sig_fail", "is not by the key of its certificate"},
      {"rekor2-dsse-mismatch-sig_fail", "is of another signature"},
      {"rekor2-no-inclusion-proof_fail", "without an inclusion proof"},
      {"rekor2-timestamp-outside-trust-root-tsa-validity_fail", "its authority is believed"},
      {"rekor2-timestamp-payload-mismatch_fail", "is of something else than this signature"},
      {"rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail", "no trusted time-stamp"},
      {"signature-mismatch_fail", "is not by the key of its certificate"},
      {"wrong-hashedrekord-entry_fail", "is of another signature"},
  };
  for (const Row& row : rows) {
    const auto one = find_case(row.name);
    if (!one) return;
    CHECK_THAT(outcome(*one, Artifact::of_bytes(file(one->artifact()))),
               Catch::Matchers::Contains(row.reason));
  }
}

}  // namespace lade::signing

#include "signing/notation/notary_verify.h"

#include <catch2/catch.hpp>

#include "libimage/base/json.h"
#include "libimage/oci/hasher.h"
#include "signing/notation/certificate_rules.h"
#include "signing/notation/notary_payload.h"
#include "tests/signing/notation/chains.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

using Catch::Matchers::Contains;
using chains::Chain;
using chains::Made;
using chains::Wishes;

Digest image() { return digest_of("image"); }

std::string payload() {
  Descriptor target{"application/vnd.oci.image.manifest.v1+json", image(), 5};
  target.annotations = {{"build", "7"}};
  return notary_payload_of(target);
}

NotaryTrust trust_in(const Chain& chain) {
  return {.rule = "the test", .authorities = {chain.root.certificate}, .now = chains::now};
}

const CheckOutcome& outcome_of(const NotaryVerdict& verdict, NotaryCheck check) {
  for (const CheckOutcome& outcome : verdict.outcomes) {
    if (outcome.check == check) return outcome;
  }
  throw std::runtime_error("not looked at");
}

/// Why these certificates are refused, the signer's first.
std::string refusal(const std::vector<Certificate>& chain) {
  return error_of(ErrorKind::denied, [&] { require_signing_chain(chain); });
}

TEST_CASE("a signature that leads to a trusted root is trusted, and says what that rests on") {
  Chain chain;
  const NotaryVerdict verdict =
      verify(parse_jws(chain.seal(payload()), "it"), image(), trust_in(chain));
  CHECK(verdict.is_trusted());
  CHECK(verdict.reason().empty());
  REQUIRE(verdict.outcomes.size() == notary_check_count);
  for (const CheckOutcome& outcome : verdict.outcomes) CHECK(outcome.passed);
  CHECK_THAT(verdict.outcomes[1].reason, Contains("trusted by CN=root"));
  CHECK(verdict.annotations == Annotations{{"build", "7"}});
  CHECK(verdict.signing_time == chains::now);
  CHECK_THAT(verdict.signer, Contains("CN=one"));
}

TEST_CASE("a signature of something else, or by somebody else, is not trusted") {
  Chain chain;
  Chain other;
  const NotarySignature good = parse_jws(chain.seal(payload()), "it");
  CHECK_THAT(verify(good, digest_of("else"), trust_in(chain)).reason(),
             Contains("integrity: it is a signature of " + image().str()) &&
                 Contains("enforced by the test"));
  CHECK_THAT(verify(good, image(), trust_in(other)).reason(),
             Contains("authenticity: ") && Contains("which is none of the 1"));
  CHECK_THAT(verify(good, image(), {}).reason(), Contains("which is none of the 0"));
  // the intermediate, or the signer's own certificate, may be what is trusted
  NotaryTrust pinned = trust_in(chain);
  pinned.authorities = {chain.signer.certificate};
  CHECK(verify(good, image(), pinned).is_trusted());
}

TEST_CASE("a bit that was changed anywhere is caught") {
  Chain chain;
  const std::string good = chain.seal(payload(), Timestamp{.seconds = chains::now.seconds + 60});
  std::size_t read = 0;
  for (std::size_t i = 0; i < good.size(); i += 3) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    try {
      const NotarySignature signature = parse_jws(bad, "it");
      ++read;
      CHECK_FALSE(verify(signature, image(), trust_in(chain)).is_trusted());
    } catch (const Error& error) {
      CHECK(error.kind() != ErrorKind::internal);
    }
  }
  CHECK(read > 100);  // enough of them got as far as the signature
}

TEST_CASE("an algorithm that is not the key's is refused, even if it is a good one") {
  Chain chain;
  NotarySignature signature = parse_jws(chain.seal(payload()), "it");
  signature.algorithm = NotaryAlgorithm::ps256;
  CHECK_THAT(verify(signature, image(), trust_in(chain)).reason(),
             Contains("made by PS256") && Contains("makes ES256"));
}

TEST_CASE("a subject is trusted whole, in any order") {
  Chain chain;
  const NotarySignature signature = parse_jws(chain.seal(payload()), "it");
  const auto reason = [&](const std::string& name) {
    NotaryTrust trust = trust_in(chain);
    trust.subjects = {DistinguishedName::parse(name, "it")};
    return verify(signature, image(), trust).reason();
  };
  CHECK(reason("C=US, ST=WA, O=Example").empty());
  CHECK(reason("CN=one,O=Example,C=US").empty());
  CHECK_THAT(reason("C=US, O=example"),
             Contains("C=US, CN=one, O=Example, ST=WA is none of the 1"));
  CHECK_THAT(reason("C=US, OU=x"), Contains("is none of the 1"));
}

TEST_CASE("certificates count now, unless a time-stamp authority is trusted") {
  Chain chain;
  const NotarySignature signature = parse_jws(chain.seal(payload()), "it");
  NotaryTrust trust = trust_in(chain);
  trust.now = {.seconds = chains::now.seconds + 11 * chains::day};
  CHECK_THAT(verify(signature, image(), trust).reason(),
             Contains("authenticTimestamp: the certificate ") && Contains("and not at"));
  trust.actions[2] = CheckAction::log;
  CHECK(verify(signature, image(), trust).is_trusted());
  CHECK_FALSE(
      outcome_of(verify(signature, image(), trust), NotaryCheck::authentic_timestamp).passed);
  trust = trust_in(chain);
  trust.timestamp_authorities = {chain.root.certificate};
  CHECK_THAT(verify(signature, image(), trust).reason(), Contains("it has no timestamp"));
  trust.timestamp_after_expiry = true;
  CHECK(verify(signature, image(), trust).is_trusted());
  NotarySignature stamped = signature;
  stamped.timestamp_token = std::string(300, 'x');
  trust.timestamp_after_expiry = false;
  CHECK_THAT(verify(stamped, image(), trust).reason(),
             Contains("authenticTimestamp: the timestamp"));
}

TEST_CASE("a timestamp tells when the certificates had to be valid") {
  Chain chain;
  const Made root = chains::issue(chains::authority("stamps"));
  const Made stamper = chains::issue(chains::stamper(), &root);
  NotarySignature signature = parse_jws(chain.seal(payload()), "it");
  signature.timestamp_token = chains::stamp(stamper, signature.signature, chains::now);
  NotaryTrust trust = trust_in(chain);
  trust.timestamp_authorities = {root.certificate};
  trust.now.seconds += 11 * chains::day;  // the certificates are no longer valid
  const NotaryVerdict verdict = verify(signature, image(), trust);
  CHECK(verdict.reason().empty());
  CHECK_THAT(outcome_of(verdict, NotaryCheck::authentic_timestamp).reason,
             Contains("CN=stamps") && Contains(to_rfc3339(chains::now)));
  trust.timestamp_after_expiry = true;
  CHECK(verify(signature, image(), trust).is_trusted());
  // of a stranger, of another signature, and when the certificates were not yet valid
  trust.timestamp_authorities = {chain.root.certificate};
  CHECK_THAT(verify(signature, image(), trust).reason(),
             Contains("no trusted time-stamp authority"));
  trust.timestamp_authorities = {root.certificate};
  signature.timestamp_token = chains::stamp(stamper, "another", chains::now);
  CHECK_THAT(verify(signature, image(), trust).reason(), Contains("something else than this"));
  chains::Wishes late;
  late.starts = chains::now.seconds + chains::day;
  Chain young(late);
  NotarySignature early =
      parse_jws(seal_jws(payload(), young.signer.key,
                         {.certificates = young.certificates(), .now = {.seconds = late.starts}}),
                "it");
  early.timestamp_token = chains::stamp(stamper, early.signature, chains::now);
  trust = trust_in(young);
  trust.timestamp_authorities = {root.certificate};
  trust.now.seconds += 2 * chains::day;
  CHECK_THAT(verify(early, image(), trust).reason(),
             Contains("authenticTimestamp: the certificate"));
}

TEST_CASE("a signing authority is trusted by itself, and tells the time") {
  Chain chain;
  NotarySignature signature = parse_jws(chain.seal(payload()), "it");
  signature.scheme = NotaryScheme::signing_authority;
  NotaryTrust trust = trust_in(chain);
  CHECK_THAT(verify(signature, image(), trust).reason(),
             Contains("for the scheme notary.x509.signingAuthority"));
  trust.signing_authorities = {chain.root.certificate};
  trust.now = {.seconds = chains::now.seconds + 11 * chains::day};
  CHECK(verify(signature, image(), trust).is_trusted());
  signature.signing_time = trust.now;
  CHECK_THAT(verify(signature, image(), trust).reason(), Contains("authenticTimestamp"));
}

TEST_CASE("a signature that expired is refused, or told of") {
  Chain chain;
  const NotarySignature signature =
      parse_jws(chain.seal(payload(), Timestamp{.seconds = chains::now.seconds + 60}), "it");
  NotaryTrust trust = trust_in(chain);
  CHECK(verify(signature, image(), trust).is_trusted());
  trust.now.seconds += 60;
  CHECK_THAT(verify(signature, image(), trust).reason(), Contains("expiry: it expired at"));
  trust.actions[3] = CheckAction::log;
  CHECK(verify(signature, image(), trust).is_trusted());
}

TEST_CASE("revocation is not checked offline, and that is said where there is somebody to ask") {
  Wishes wishes;
  wishes.extensions.emplace_back(NID_crl_distribution_points, "URI:http://crl.example/c.crl");
  Chain chain(wishes);
  const NotarySignature signature = parse_jws(chain.seal(payload()), "it");
  NotaryTrust trust = trust_in(chain);
  const NotaryVerdict logged = verify(signature, image(), trust);
  CHECK(logged.is_trusted());
  CHECK_THAT(outcome_of(logged, NotaryCheck::revocation).reason, Contains("not checked: offline"));
  trust.actions[4] = CheckAction::enforce;
  CHECK_THAT(verify(signature, image(), trust).reason(),
             Contains("revocation: not checked: offline"));
  trust.actions[4] = CheckAction::skip;
  CHECK(verify(signature, image(), trust).is_trusted());
  CHECK(outcome_of(verify(signature, image(), trust), NotaryCheck::revocation).reason == "skipped");
  Wishes ocsp;
  ocsp.extensions.emplace_back(NID_info_access, "OCSP;URI:http://ocsp.example");
  CHECK(names_revocation_service(chains::issue(ocsp).certificate));
  Wishes issuers;
  issuers.extensions.emplace_back(NID_info_access, "caIssuers;URI:http://ca.example/c.crt");
  CHECK_FALSE(names_revocation_service(chains::issue(issuers).certificate));
}

TEST_CASE("a signer's certificate is for signing code, and for nothing else") {
  const Chain chain;
  const auto [extensions, rule] =
      GENERATE(table<std::vector<std::pair<int, std::string>>, std::string>({
          {std::vector<std::pair<int, std::string>>(), "has no critical key usage"},
          {{{NID_key_usage, "digitalSignature"}}, "has no critical key usage"},
          {{{NID_key_usage, "critical,nonRepudiation"}}, "is not for digital signatures"},
          {{{NID_key_usage, "critical,digitalSignature,keyEncipherment"}}, "for more than digital"},
          {{{NID_key_usage, "critical,digitalSignature"}, {NID_ext_key_usage, "serverAuth"}},
           "is not for signing code alone"},
          {{{NID_key_usage, "critical,digitalSignature"},
            {NID_ext_key_usage, "codeSigning,timeStamping"}},
           "is not for signing code alone"},
          {{{NID_key_usage, "critical,digitalSignature"}, {NID_basic_constraints, "CA:TRUE"}},
           "is an authority's"},
      }));
  Wishes wishes;
  wishes.extensions = extensions;
  const Made leaf = chains::issue(wishes, &chain.middle);
  CHECK_THAT(refusal({leaf.certificate, chain.middle.certificate, chain.root.certificate}),
             Contains(rule));
}

TEST_CASE("an authority's certificate is for issuing certificates") {
  const Made root = chains::issue(chains::authority("root"));
  const auto [extensions, rule] =
      GENERATE(table<std::vector<std::pair<int, std::string>>, std::string>({
          {{{NID_key_usage, "critical,keyCertSign"}}, "is no authority's"},
          {{{NID_basic_constraints, "CA:TRUE"}, {NID_key_usage, "critical,keyCertSign"}},
           "has no critical basic constraints"},
          {{{NID_basic_constraints, "critical,CA:TRUE"}, {NID_key_usage, "keyCertSign"}},
           "has no critical key usage"},
      }));
  Wishes wishes = chains::authority("middle");
  wishes.extensions = extensions;
  const Made middle = chains::issue(wishes, &root);
  const Made leaf = chains::issue({}, &middle);
  CHECK_THAT(refusal({leaf.certificate, middle.certificate, root.certificate}), Contains(rule));
}

TEST_CASE("a chain is complete, in order, and no longer than its authorities allow") {
  const Chain chain;
  const Chain other;
  const Certificate& leaf = chain.signer.certificate;
  const Certificate& middle = chain.middle.certificate;
  const Certificate& root = chain.root.certificate;
  CHECK_THAT(refusal({}), Contains("there is no certificate"));
  CHECK_THAT(refusal({leaf}), Contains("is no root"));
  CHECK_THAT(refusal({leaf, middle}), Contains("is no root"));
  CHECK_THAT(refusal({leaf, root}), Contains("is not followed by its issuer"));
  CHECK_THAT(refusal({leaf, root, middle}), Contains("is not followed by its issuer"));
  CHECK_THAT(refusal({leaf, middle, root, other.root.certificate}), Contains("is not signed by"));
  CHECK_THAT(refusal({leaf, other.middle.certificate, other.root.certificate}),
             Contains("is not signed by"));
  Wishes short_path = chains::authority("root");
  short_path.extensions[0].second = "critical,CA:TRUE,pathlen:0";
  const Made narrow = chains::issue(short_path);
  const Made between = chains::issue(chains::authority("middle"), &narrow);
  const Made last = chains::issue({}, &between);
  CHECK_THAT(refusal({last.certificate, between.certificate, narrow.certificate}),
             Contains("more authorities than it allows"));
  const Made direct = chains::issue({}, &narrow);
  CHECK_NOTHROW(
      require_signing_chain(std::vector<Certificate>{direct.certificate, narrow.certificate}));
  CHECK_NOTHROW(require_signing_chain(std::vector<Certificate>{chains::issue({}).certificate}));
}

TEST_CASE("a certificate over SHA-1 is refused") {
  Wishes wishes;
  wishes.hash = EVP_sha1();
  CHECK_THAT(refusal({chains::issue(wishes).certificate}), Contains("is not signed over SHA-256"));
}

TEST_CASE("a distinguished name is read as RFC 4514 writes it") {
  const auto [text, again] = GENERATE(table<std::string, std::string>({
      {"C=US", "C=US"},
      {" C=US, ST=WA , O=a b ", "C=US, O=a b, ST=WA"},
      {"s=WA,c=US", "C=US, ST=WA"},
      {R"(O=a\, b\; c\\d\"e)", R"(O=a, b; c\d"e)"},
      {R"(O=\ a\ )", "O= a "},
      {R"(O=\41\42)", "O=AB"},
      {"O=a=b#c", "O=a=b#c"},
      {"1.2.3=x", "1.2.3=x"},
  }));
  CHECK(DistinguishedName::parse(text, "it").str() == again);
}

TEST_CASE("a distinguished name that is none is refused") {
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {"", "wanted TYPE=VALUE"},
      {"C", "wanted TYPE=VALUE"},
      {"=US", "wanted TYPE=VALUE"},
      {"C D=US", "wanted TYPE=VALUE"},
      {"C=", "a value is empty"},
      {"C=US,", "nothing follows"},
      {"C=US,,O=x", "wanted TYPE=VALUE"},
      {"C=US,c=DE", "C is there twice"},
      {"C=US+O=x", "several attributes"},
      {"C=#0c", "hexadecimal"},
      {"C=U\"S", "wants a backslash"},
      {"C=U;S", "wants a backslash"},
      {R"(C=U\S)", "a backslash stands"},
      {R"(C=U\)", "a backslash stands"},
  }));
  const std::string& name = text;
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { DistinguishedName::parse(name, "it"); }),
             Contains(reason));
}

}  // namespace
}  // namespace lade::signing

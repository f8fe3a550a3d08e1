#include "signing/notation/trust_policy.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/base/text.h"
#include "libimage/oci/hasher.h"
#include "signing/notation/notary_payload.h"
#include "signing/notation/trust_store.h"
#include "tests/signing/notation/chains.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

using Catch::Matchers::Contains;
using chains::Chain;

/// A policy of one statement, of which `changes` replaces text.
std::string policy(const std::string& from = {}, const std::string& to = {}) {
  std::string text = R"({"version":"1.0","trustPolicies":[{"name":"one",
    "registryScopes":["registry.example/team/app","registry.example:5000/other"],
    "signatureVerification":{"level":"strict","override":{"expiry":"log","revocation":"skip"}},
    "trustStores":["ca:acme","tsa:stamps"],
    "trustedIdentities":["x509.subject: C=US, ST=WA, O=Example"]}]})";
  if (from.empty()) return text;
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("a trust policy is read with what its levels and overrides mean") {
  const TrustPolicy read = parse_trust_policy(policy(), "it");
  REQUIRE(read.statements.size() == 1);
  const TrustStatement& one = read.statements[0];
  CHECK(one.name == "one");
  CHECK(one.scopes.size() == 2);
  using enum CheckAction;
  CHECK(one.actions == CheckActions{enforce, enforce, enforce, log, skip});
  CHECK(one.stores == std::vector<TrustStoreName>{{TrustStoreName::Kind::ca, "acme"},
                                                  {TrustStoreName::Kind::tsa, "stamps"}});
  REQUIRE(one.subjects.size() == 1);
  CHECK(one.subjects[0].str() == "C=US, O=Example, ST=WA");
  CHECK_FALSE(one.timestamp_after_expiry);
  const std::string anybody = policy("x509.subject: C=US, ST=WA, O=Example", "*");
  CHECK(parse_trust_policy(anybody, "it").statements[0].subjects.empty());
  const std::string later =
      policy(R"("level":"strict")", R"("level":"strict","verifyTimestamp":"afterCertExpiry")");
  CHECK(parse_trust_policy(later, "it").statements[0].timestamp_after_expiry);
}

TEST_CASE("each level enforces what the specification says") {
  using enum CheckAction;
  const auto [level, actions] = GENERATE(
      table<std::string, CheckActions>({{"strict", {enforce, enforce, enforce, enforce, enforce}},
                                        {"permissive", {enforce, enforce, log, log, log}},
                                        {"audit", {enforce, log, log, log, log}}}));
  const std::string text =
      policy(R"({"level":"strict","override":{"expiry":"log","revocation":"skip"}})",
             fmt::format(R"({{"level":"{}"}})", level));
  CHECK(parse_trust_policy(text, "it").statements[0].actions == actions);
}

TEST_CASE("a trust policy that says what makes no sense is refused with the reason") {
  const auto [from, to, reason] = GENERATE(table<std::string, std::string, std::string>({
      {R"("1.0")", R"("2.0")", "version 2.0"},
      {R"("version":"1.0",)", "", "version"},
      {R"("trustPolicies")", R"("trustPolicy")", "did you mean trustPolicies"},
      {R"("name":"one")", R"("name":"")", "a statement has no name"},
      {R"("name":"one",)", "", "name"},
      {R"("registryScopes")", R"("scopes")", "a member \"scopes\""},
      {R"(["registry.example/team/app","registry.example:5000/other"])", "[]",
       "registryScopes has"},
      {R"("registry.example:5000/other")", R"("*")", "or \"*\" alone"},
      {R"("registry.example:5000/other")", R"("registry.example/*")", "no repository"},
      {R"("registry.example:5000/other")", R"("registry.example")", "no repository"},
      {R"("registry.example:5000/other")", R"("registry.example/a:1")", "no repository"},
      {R"("registry.example:5000/other")", R"("https://registry.example/a")", "no repository"},
      {R"("registry.example:5000/other")", R"("registry.example:x/a")", "no repository"},
      {R"("registry.example:5000/other")", R"("registry..example/a")", "no repository"},
      {R"("registry.example:5000/other")", R"("registry.example/team/app")", "twice"},
      {R"("level":"strict")", R"("level":"lax")", "the level \"lax\""},
      {R"("level":"strict",)", "", "level"},
      {R"("level":"strict")", R"("level":"skip")", "skip cannot be overridden"},
      {R"("expiry":"log")", R"("expiry":"skip")", "expiry cannot be overridden with skip"},
      {R"("expiry":"log")", R"("expiry":"warn")", "wanted enforce, log or skip"},
      {R"("expiry":"log")", R"("expiry":1)", "wanted enforce, log or skip"},
      {R"("expiry":"log")", R"("integrity":"log")", "integrity cannot be overridden"},
      {R"("expiry":"log")", R"("age":"log")", "age, which is no check"},
      {R"("level":"strict")", R"("level":"strict","verifyTimestamp":"never")",
       "verifyTimestamp is"},
      {R"("ca:acme")", R"("acme")", "the trust store \"acme\""},
      {R"("ca:acme")", R"("pgp:acme")", "the trust store \"pgp:acme\""},
      {R"("ca:acme")", R"("ca:")", "the trust store \"ca:\""},
      {R"("ca:acme")", R"("ca:..")", "the trust store \"ca:..\""},
      {R"("ca:acme")", R"("ca:../../x")", "the trust store"},
      {R"(["ca:acme","tsa:stamps"])", "[]", "are both wanted"},
      {R"(["x509.subject: C=US, ST=WA, O=Example"])", "[]", "are both wanted"},
      {R"(O=Example")", R"(O=Example","*")", "stands beside others"},
      {R"(x509.subject: C=US, ST=WA, O=Example)", "me@example.com", "none that Lade knows"},
      {"C=US, ST=WA, O=Example", "C=US, ST=WA", "has no O"},
      {"C=US, ST=WA, O=Example", "C=US; ST=WA", "cannot be read"},
      {R"(O=Example")", R"(O=Example","x509.subject: C=US, ST=WA, O=Example, CN=a")", "overlap"},
      {R"(}]})", R"(}],"more":1})", "a member \"more\""},
  }));
  const std::string text = policy(from, to);
  INFO(text);
  CHECK_THROWS_WITH(parse_trust_policy(text, "it"), Contains(reason));
}

TEST_CASE("statements have names and scopes of their own") {
  const auto statement = [](const std::string& name, const std::string& scope,
                            const std::string& rest) {
    return fmt::format(R"({{"name":"{}","registryScopes":["{}"],{}}})", name, scope, rest);
  };
  const std::string strict = R"("signatureVerification":{"level":"strict"},
    "trustStores":["ca:a"],"trustedIdentities":["*"])";
  const std::string skip = R"("signatureVerification":{"level":"skip"})";
  const auto document = [](const std::vector<std::string>& statements) {
    return R"({"version":"1.0","trustPolicies":[)" + join(statements, ",") + "]}";
  };
  const TrustPolicy good = parse_trust_policy(
      document({statement("all", "*", strict), statement("off", "r.example/a", skip)}), "the file");
  CHECK(good.select("r.example/a").name == "off");
  CHECK(good.select("r.example/b").name == "all");
  CHECK(good.select("").name == "all");
  CHECK(trust_of(good, good.select("r.example/a"), "/nonexistent", chains::now).skips());
  const TrustPolicy narrow =
      parse_trust_policy(document({statement("local", "local/layout", skip)}), "the file");
  CHECK(narrow.select("local/layout").name == "local");
  CHECK_THAT(error_of(ErrorKind::denied, [&] { narrow.select("r.example/a"); }),
             Contains("the file has no statement for r.example/a"));
  CHECK_THAT(error_of(ErrorKind::denied, [&] { narrow.select(""); }), Contains("in no repository"));
  for (const auto& [statements, reason] :
       std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{}, "has no trustPolicies"},
           {{statement("a", "*", skip)}, "cannot be skipped for all"},
           {{statement("a", "r.example/a", skip + R"(,"trustStores":["ca:a"])")}, "make no sense"},
           {{statement("a", "r.example/a", skip), statement("a", "*", strict)}, "two statements"},
           {{statement("a", "r.example/a", skip), statement("b", "r.example/a", strict)},
            "the registry scope r.example/a twice"}}) {
    INFO(reason);
    CHECK_THROWS_WITH(parse_trust_policy(document(statements), "it"), Contains(reason));
  }
}

/// A trust store on disk.
struct Store {
  TempDir directory{"/tmp"};
  std::string path() const { return directory.path(); }
  void add(const std::string& file, std::string_view bytes) const {
    const std::string whole = join_path(path(), "x509/" + file);
    make_directories(whole.substr(0, whole.rfind('/')));
    write_file_atomic(whole, bytes);
  }
};

TEST_CASE("a trust store holds certificates in PEM and DER") {
  const Chain chain;
  const Store store;
  store.add("ca/acme/a.pem", chain.root.certificate.pem() + chain.middle.certificate.pem());
  store.add("ca/acme/b.crt", chains::issue(chains::authority("other")).certificate.der());
  store.add("ca/acme/below/ignored.txt", "x");
  const auto found = read_trust_store(store.path(), {TrustStoreName::Kind::ca, "acme"});
  REQUIRE(found.size() == 3);
  CHECK(found[0] == chain.root.certificate);
}

TEST_CASE("what does not belong into a trust store is refused") {
  const Chain chain;
  const Store store;
  const auto read = [&](const std::string& name) {
    try {
      read_trust_store(store.path(), {TrustStoreName::Kind::ca, name});
      return std::string();
    } catch (const Error& error) {
      return error.message();
    }
  };
  CHECK_THAT(read("none"), Contains("cannot look at"));
  store.add("ca/text/a.txt", "x");
  CHECK_THAT(read("text"), Contains("is no .pem, .crt or .cer"));
  store.add("ca/broken/a.pem", "x");
  CHECK_THAT(read("broken"), Contains("is no certificate"));
  store.add("ca/leaf/a.pem", chain.signer.certificate.pem());
  CHECK_THAT(read("leaf"), Contains("neither an authority's nor self-signed"));
  store.add("ca/empty/below/a.pem", "x");
  CHECK_THAT(read("empty"), Contains("holds no certificate"));
  store.add("ca/file", "x");
  CHECK_THAT(read("file"), Contains("is no directory"));
  store.add("ca/real/a.pem", chain.root.certificate.pem());
  CHECK(read("real").empty());
  std::filesystem::create_symlink("real", store.path() + "/x509/ca/linked");
  CHECK_THAT(read("linked"), Contains("is a symlink"));
  std::filesystem::create_symlink("a.pem", store.path() + "/x509/ca/real/b.pem");
  CHECK_THAT(read("real"), Contains("is a symlink"));
}

TEST_CASE("a policy decides on a signature by its stores, and says which statement did") {
  Chain chain;
  const Digest image = digest_of("image");
  const NotarySignature signature =
      parse_jws(chain.seal(notary_payload_of({"a/b", image, 5})), "it");
  const Store store;
  store.add("ca/acme/a.pem", chain.root.certificate.pem());
  store.add("ca/else/a.pem", chains::issue(chains::authority("else")).certificate.pem());
  const auto verdict = [&](const std::string& text) {
    const TrustPolicy read = parse_trust_policy(text, "the file");
    return verify(
        signature, image,
        trust_of(read, read.select("registry.example/team/app"), store.path(), chains::now));
  };
  const std::string stores = R"("ca:acme","tsa:stamps")";
  CHECK(verdict(policy(stores, R"("ca:acme")")).is_trusted());
  const NotaryVerdict other = verdict(policy(stores, R"("ca:else")"));
  CHECK_FALSE(other.is_trusted());
  CHECK_THAT(other.reason(),
             Contains("authenticity") &&
                 Contains("enforced by the statement \"one\", level strict, of the file"));
  std::string audit = policy(stores, R"("ca:else")");
  audit.replace(audit.find("strict"), 6, "audit");
  const NotaryVerdict audited = verdict(audit);
  CHECK(audited.is_trusted());
  CHECK_FALSE(audited.outcomes.at(1).passed);
  CHECK(audited.outcomes.at(1).action == CheckAction::log);
}

}  // namespace
}  // namespace lade::signing

#include "signing/lade_policy/convert.h"

#include <catch2/catch.hpp>

#include "signing/lade_policy/judgement.h"
#include "signing/lade_policy/lade_warnings.h"
#include "signing/lade_policy/toml_text.h"
#include "tests/signing/lade_policy/policy_text.h"

namespace lade::signing {
namespace {

TEST_CASE("texts are TOML strings, whatever is in them") {
  CHECK(toml_string("a \"b\" \\ \n\t\x7f") == R"("a \"b\" \\ \n\u0009\u007f")");
  const std::vector<std::string> two{"a", "b\""};
  CHECK(toml_list(two) == R"(["a", "b\""])");
  CHECK(toml_list({}) == "[]");
}

/// Two signers, a and b, to stand behind a text.
constexpr const char* signers_behind =
    "[signers.a]\nkey = \"ec-P-256.pub\"\n[signers.b]\nkey = \"ec-P-384.pub\"\n";

std::vector<std::string> losses_of(const std::string& json) {
  const ConvertedPolicy converted = to_lade_policy(parse_policy(json, "it"));
  policy_of(converted.text);  // can be read, whatever was lost
  return converted.losses;
}

TEST_CASE("what policy.json says and policy.toml cannot is told") {
  const std::string keys = R"({"type":"sigstoreSigned","keyPath":"ec-P-256.pub")";
  const std::pair<std::string, std::string> cases[] = {
      {R"({"default":[{"type":"reject"}]})", ""},
      {R"({"default":[)" + keys + "}]}", ""},
      {R"({"default":[{"type":"signedBaseLayer","baseLayerIdentity":{"type":"matchExact"}}]})",
       "default: signedBaseLayer cannot be said"},
      {R"({"default":[)" + keys + R"(,"rekorPublicKeyPath":"r.pub"}]})",
       "default: logs are those of a trusted_root, not keys alone"},
      {R"({"default":[)" + keys +
           R"(,"signedIdentity":{"type":"exactRepository","dockerRepository":"a.io/x"}}]})",
       "default: the signed identity exactRepository a.io/x cannot be said"},
      {R"({"default":[{"type":"reject"}],"transports":{"docker":{"busybox":[{"type":"reject"}]}}})",
       "docker \"busybox\": no scope: it begins with no host; did you mean "
       "\"docker.io/library/busybox\"?"},
      {R"({"default":[{"type":"reject"}],"transports":{"dir":{"":[{"type":"reject"}]}}})",
       "dir \"\": a transport has no default of its own"},
      {R"({"default":[{"type":"reject"}],"transports":{"docker-daemon":
           {"a.io":[{"type":"reject"}]}}})",
       "docker-daemon \"a.io\": images of this transport go by their name, as those of docker"},
  };
  for (const auto& [json, loss] : cases) {
    CAPTURE(json);
    const auto losses = losses_of(json);
    CHECK(losses == (loss.empty() ? std::vector<std::string>{} : std::vector<std::string>{loss}));
  }
}

TEST_CASE("a rule of which something is lost refuses, in both directions") {
  const ConvertedPolicy toml = to_lade_policy(parse_policy(
      R"({"default":[{"type":"insecureAcceptAnything"}],"transports":{"docker":{"a.io":[
         {"type":"sigstoreSigned","keyPath":"ec-P-256.pub"},
         {"type":"signedBy","keyType":"GPGKeys","keyPath":"/k"}]}}})",
      "it"));
  const LadePolicy policy = policy_of(toml.text);
  REQUIRE(policy.rules.size() == 1);
  CHECK(policy.rules[0].allows == false);
  CHECK(policy.fallback.allows == true);

  const ConvertedPolicy json = to_policy_json(
      policy_with("[default]\n[[default.signature]]\nsigners=['a']\nsigned_name='exact'\n"
                  "[[default.scan]]\nsigners=['a']\nmax_high=0\n"));
  CHECK(json.losses == std::vector<std::string>{"default: scan: cannot be said"});
  CHECK(type_of(parse_policy(json.text, "it").fallback.at(0)) == "reject");
}

TEST_CASE("one of some signers is a requirement, all of them are as many") {
  const auto count = [](const std::string& threshold) {
    const ConvertedPolicy json = to_policy_json(
        policy_with("[default]\n[[default.signature]]\nsigners=['a','b']\nsigned_name='exact'\n"
                    "threshold=" +
                    threshold));
    CHECK(json.losses.empty());
    return parse_policy(json.text, "it").fallback.size();
  };
  CHECK(count("1") == 1);
  CHECK(count("2") == 2);
}

TEST_CASE("what is left out of a policy.json falls to no default that allows it") {
  const std::string any = R"([{"type":"insecureAcceptAnything"}])";
  const std::string none = R"([{"type":"reject"}])";
  const auto fallback = [](const std::string& json) {
    return policy_of(to_lade_policy(parse_policy(json, "it")).text).fallback.allows;
  };
  const auto policy = [&](const std::string& rest, const std::string& transport,
                          const std::string& scope, const std::string& requirements) {
    return fallback(R"({"default":)" + rest + R"(,"transports":{")" + transport + R"(":{")" +
                    scope + R"(":)" + requirements + "}}}");
  };
  // what is wanted of one transport alone
  CHECK(policy(any, "dir", "", none) == false);
  CHECK(policy(any, "docker-daemon", "a.io", none) == false);
  CHECK(policy(any, "docker", "A.io:443/x", none) == false);
  CHECK(policy(any, "dir", "", any) == true);
  CHECK(policy(none, "dir", "", any) == false);
  // of docker's default and the other one it is the narrower
  CHECK(policy(any, "docker", "", none) == false);
  CHECK(policy(none, "docker", "", any) == false);
  CHECK(policy(any, "docker", "", any) == true);
}

TEST_CASE("what policy.toml says of rules and policy.json cannot is told, and refused") {
  struct Lost {
    const char* text;
    const char* loss;
  };
  const auto lost = GENERATE(values<Lost>({
      {"[default]\nverdict='refuse'\nmode='warn'\n",
       "default: the mode warn cannot be said; it is enforced"},
      {"audit_log='log'\n[default]\nverdict='refuse'\n", "audit_log cannot be said"},
      {"[signers.twin]\nkeys=['ec-P-521.pub', 'ec-P-256.pub']\n[default]\n[[default.signature]]\n"
       "signers=['a','twin']\nsigned_name='exact'\nthreshold=2\n",
       "default: signature: each of several is to have signed, and a key that two of them have "
       "would "
       "be enough"},
  }));
  CAPTURE(lost.text);
  const ConvertedPolicy json =
      to_policy_json(policy_of("version=1\n" + std::string(lost.text).append(signers_behind)));
  CHECK(json.losses == std::vector<std::string>{lost.loss});
  CHECK(type_of(parse_policy(json.text, "it").fallback.at(0)) == "reject");
}

TEST_CASE("a repository without what is below it is none of policy.json's scopes") {
  const ConvertedPolicy json = to_policy_json(policy_with(
      "[default]\nverdict='allow'\n[[rule]]\nname='r'\nscope='a.io/x'\nverdict='allow'\n"
      "[[rule]]\nname='s'\nscope='a.io/x:*'\nverdict='allow'\n"));
  CHECK(json.losses ==
        std::vector<std::string>{"s: a.io/x:* cannot be said without what is below it"});
  const Policy policy = parse_policy(json.text, "it");
  CHECK(type_of(policy.transports.at("docker").at("a.io/x").at(0)) == "reject");
}

TEST_CASE("a statement of a trust policy is for its repositories, and for none below them") {
  const auto converted = [](const std::string& scope, const std::string& rest) {
    const std::string skip = R"("signatureVerification":{"level":"skip"}})";
    return to_lade_policy(
        parse_trust_policy(
            R"({"version":"1.0","trustPolicies":[{"name":"one","registryScopes":[")" + scope +
                R"("],)" + skip + rest + "]}",
            "it"),
        [](const TrustStoreName&) { return std::vector<std::string>{"ec-P-256.crt"}; });
  };
  const std::string audited =
      R"(,{"name":"rest","registryScopes":["*"],"signatureVerification":{"level":"audit"},)"
      R"("trustStores":["ca:acme"],"trustedIdentities":["*"]})";
  const ConvertedPolicy good = converted("a.io/free", "");
  CHECK(good.losses.empty());
  const LadePolicy policy = policy_of(good.text);
  const auto rule_of = [&](const std::string& name) {
    return find_rule(policy, named_subject("docker", Reference::parse(name))).rule->name;
  };
  CHECK(rule_of("a.io/free:1") == "one");
  CHECK(rule_of("a.io/free/below:1") == "default");
  CHECK(policy_of(converted("a.io/free", audited).text).fallback.mode == PolicyMode::audit);

  const ConvertedPolicy bad = converted("a.io:443/free", audited);
  CHECK(bad.losses == std::vector<std::string>{"one: \"a.io:443/free\" is no scope: the host "
                                               "a.io:443 is written a.io here; so the default "
                                               "refuses"});
  CHECK(policy_of(bad.text).fallback.allows == false);
  CHECK(policy_of(bad.text).rules.empty());
}

std::vector<std::string> loss_of_signer(const std::string& signer) {
  return to_policy_json(policy_of("version=1\n[default]\n[[default.signature]]\nsigners=['x']\n"
                                  "signed_name='exact'\n[signers.x]\n" +
                                  signer))
      .losses;
}

TEST_CASE("what policy.toml says of signers and policy.json cannot is told") {
  CHECK(loss_of_signer("key='ec-P-256.pub'").empty());
  CHECK(loss_of_signer("key='ec-P-256.pub'\nnot_after=2030-01-01") ==
        std::vector<std::string>{"default: signature: the signer x is trusted for a time"});
  CHECK(loss_of_signer("keys=[{file='ec-P-256.pub',not_before=2020-01-01}]") ==
        std::vector<std::string>{"default: signature: the signer x is trusted for a time"});
  CHECK(loss_of_signer("authorities='ec-P-256.crt'") ==
        std::vector<std::string>{"default: signature: the signer x is not one of keys alone"});
}

TEST_CASE("what cannot be meant is warned of") {
  const LadePolicy policy = policy_with(
      "[signers.c]\nkeys=[{file='ec-P-521.pub',not_after=2020-01-01}]\n"
      "[default]\nmode='audit'\n[[default.signature]]\nsigners=['a','c']\n"
      "[[default.scan]]\nsigners=['a']\n"
      "[[waiver]]\nrule='default'\nreason='r'\nby='me'\nexpires=2026-01-01\n");
  std::string all;
  for (const PolicyWarning& one : warnings_of(policy, {.seconds = 1'800'000'000})) {
    all += fmt::format("{}: {}\n", one.where, one.what);
  }
  CHECK(all ==
        "policy.toml:8: the scan scan of default may find anything: it has neither max_age nor a "
        "limit such as max_critical\n"
        "policy.toml:8: the mode of default is audit, and there is no audit_log to write to\n"
        "policy.toml:4: no requirement asks for the signer b\n"
        "policy.toml:6: nothing of c is trusted any more\n"
        "policy.toml:14: the waiver has expired: by me until 2026-01-01T00:00:00Z: r\n");
}

}  // namespace
}  // namespace lade::signing

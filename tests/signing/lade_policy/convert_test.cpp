#include "signing/lade_policy/convert.h"

#include <catch2/catch.hpp>

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

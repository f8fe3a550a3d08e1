#include <catch2/catch.hpp>

#include "signing/lade_policy/lade_policy.h"
#include "tests/signing/lade_policy/policy_text.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

constexpr const char* whole = R"(
audit_log = "log.jsonl"

[signers.team]
keys = ["ec-P-256.pub", { file = "ec-P-384.pub", not_after = 2026-01-01 }]
not_before = 2020-01-01T00:00:00Z
[signers.other]
key = "ec-P-521.pub"

[groups]
all = ["team", "other"]

[default]
verdict = "refuse"

[[rule]]
name = "prod"
scope = ["a.io/prod", "*.b.io"]
mode = "warn"
[[rule.signature]]
signers = ["all"]
threshold = 2
signed_name = "repository"
[[rule.attestation]]
name = "built"
type = "slsaprovenance"
signers = "team"
builder = { pattern = "^https://" }
source = "https://a.io/x"
max_age = "2w"
[[rule.scan]]
signers = ["other"]
max_critical = 0
max_low = 9
[rule.bases]
signers = ["team"]
look_in = ["registry"]
[[rule.bases.level]]
images = ["a.io/runtime", "sha256:0000000000000000000000000000000000000000000000000000000000000000"]
[[rule.bases.level]]
images = "docker.io/library"
signers = ["other"]

[[waiver]]
rule = "prod"
requirement = "scan"
findings = ["CVE-1"]
scope = "a.io/prod/x:1"
reason = "J\u00fcrgen says so"
by = "me"
expires = 2027-01-31
)";

TEST_CASE("all that a policy may say is read") {
  const LadePolicy policy = policy_of(std::string("version = 1\n") + whole);
  CHECK(policy.audit_log == "log.jsonl");
  REQUIRE(policy.signers.size() == 2);
  const NamedSigner& team = policy.signers[1];
  CHECK(team.name == "team");
  REQUIRE(team.keys.size() == 2);
  CHECK(team.keys[0].trusted.str() == "always");
  CHECK(team.keys[1].trusted.str() == "until 2026-01-01T00:00:00Z");
  CHECK(team.trusted.str() == "2020-01-01T00:00:00Z on");
  CHECK(policy.fallback.allows == false);
  REQUIRE(policy.rules.size() == 1);
  const ImageRule& rule = policy.rules[0];
  CHECK(rule.mode == PolicyMode::warn);
  CHECK(rule.scopes == std::vector<std::string>{"a.io/prod", "*.b.io"});
  REQUIRE(rule.requirements.size() == 4);
  const auto& signature = std::get<RequiredSignature>(rule.requirements[0].wanted);
  CHECK(signature.by.signers == std::vector<std::size_t>{0, 1});
  CHECK(signature.by.threshold == 2);
  CHECK(signature.signed_name == IdentityMatch::Kind::match_repository);
  CHECK(rule.requirements[1].name == "built");
  const auto& built = std::get<RequiredAttestation>(rule.requirements[1].wanted);
  CHECK(built.type == "https://slsa.dev/provenance/v1");
  CHECK(built.age_limit_seconds == 14 * 86400);
  CHECK(built.builder->accepts("https://x"));
  const auto& scan = std::get<RequiredScan>(rule.requirements[2].wanted);
  CHECK(scan.report.type == "https://cosign.sigstore.dev/attestation/vuln/v1");
  CHECK(scan.most[0] == 0);
  CHECK_FALSE(scan.most[1]);
  CHECK(scan.most[3] == 9);
  const auto& bases = std::get<RequiredBases>(rule.requirements[3].wanted);
  CHECK_FALSE(bases.ask_store);
  CHECK(bases.ask_registry);
  REQUIRE(bases.levels.size() == 2);
  CHECK(bases.levels[0].by.signers == bases.by.signers);
  CHECK(bases.levels[1].by.signers == std::vector<std::size_t>{0});
  REQUIRE(policy.waivers.size() == 1);
  CHECK(policy.waivers[0].str() == "by me until 2027-01-31T00:00:00Z: J\u00fcrgen says so");
}

TEST_CASE("a requirement is called by its kind, and its number where it is not the only one") {
  const LadePolicy policy = policy_with(
      "[default]\n[[default.signature]]\nsigners=['a']\n[[default.signature]]\nsigners=['b']\n");
  CHECK(policy.fallback.requirements[0].name == "signature");
  CHECK(policy.fallback.requirements[1].name == "signature 2");
}

struct Bad {
  const char* text;
  const char* message;
};

TEST_CASE("what is wrong is refused with its line, what was wanted and what is there") {
  const std::string rest = "[default]\nverdict='allow'\n";
  const auto bad = GENERATE(values<Bad>({
      {"[default",
       "policy.toml:6:9: not valid TOML: Error while parsing table header: encountered "
       "end-of-file"},
      {"", "policy.toml:1: default: wanted [default], for the images that no rule is for"},
      {"[defaults]", "policy.toml:6: defaults: unknown key; did you mean \"default\"?"},
      {"[default]",
       "policy.toml:6: default: wanted a verdict (\"allow\", \"refuse\") or "
       "requirements: signature, attestation, scan, bases"},
      {"[default]\nverdict='maybe'",
       "policy.toml:7: default.verdict: wanted \"allow\" or \"refuse\", got \"maybe\""},
      {"[default]\nscope='a.io'", "policy.toml:7: default.scope: unknown key"},
      {"[default]\nverdict='allow'\n[[default.signature]]\nsigners=['a']",
       "policy.toml:6: default: wanted either a verdict or requirements"},
      {"[default]\nmode='loud'\nverdict='allow'",
       "policy.toml:7: default.mode: wanted \"enforce\", \"warn\" or \"audit\", got \"loud\""},
      {"[default]\nmode='warn'\nverdict='allow'",
       "policy.toml:7: default.mode: a rule that allows all has nothing to enforce"},
      {"[default]\n[[default.signature]]", "policy.toml:7: default.signature: there is no signers"},
      {"[default]\n[[default.signature]]\nsigners=[]",
       "policy.toml:8: default.signature.signers: the list is empty"},
      {"[default]\n[[default.signature]]\nsigners=[1]",
       "policy.toml:8: default.signature.signers: wanted a list of strings, got a number"},
      {"[default]\n[[default.signature]]\nsigners=['a']\nthreshold=2",
       "policy.toml:9: default.signature.threshold: wanted 1 to 1, as many as are named, got 2"},
      {"[default]\n[[default.signature]]\nsigners=['a','b']\nthreshold=0",
       "policy.toml:9: default.signature.threshold: wanted 1 to 2, as many as are named, got 0"},
      {"[default]\n[[default.signature]]\nsigners=['a']\nsigned_name='x'",
       "policy.toml:9: default.signature.signed_name: wanted \"any\", \"exact\", "
       "\"digest-or-exact\" or \"repository\", got \"x\""},
      {"[default]\n[default.signature]\nsigners=['a']",
       "policy.toml:7: default.signature: wanted a list of tables, got a table"},
      {"[default]\n[[default.attestation]]\nsigners=['a']",
       "policy.toml:7: default.attestation: there is no type"},
      {"[default]\n[[default.attestation]]\nsigners=['a']\ntype='vuln'\nbuilder='x'",
       "policy.toml:10: default.attestation.builder: provenance alone has one: wanted the type "
       "slsaprovenance"},
      {"[default]\n[[default.attestation]]\nsigners=['a']\ntype='vuln'\nconditions=['x']",
       "policy.toml:10: default.attestation.conditions: the condition x: wanted PATH=VALUE, "
       "PATH!=VALUE or PATH~PATTERN"},
      {"[default]\n[[default.attestation]]\nsigners=['a']\ntype='vuln'\nmax_age='7'",
       "policy.toml:10: default.attestation.max_age: wanted a time such as 90m, 12h, 30d or 2w, "
       "got \"7\""},
      {"[default]\n[[default.attestation]]\nsigners=['a']\ntype='vuln'\ntime='x'",
       "policy.toml:10: default.attestation.time: it goes with max_age"},
      {"[default]\n[[default.scan]]\nsigners=['a']\nmax_high=-1",
       "policy.toml:9: default.scan.max_high: wanted 0 or more, got -1"},
      {"[default]\n[[default.scan]]\nsigners=['a']\nmax_hihg=1",
       "policy.toml:9: default.scan.max_hihg: unknown key; did you mean \"max_high\"?"},
      {"[default]\n[default.bases]\nsigners=['a']",
       "policy.toml:7: default.bases: there is no level: wanted [[default.bases.level]]"},
      {"[default]\n[default.bases]\nsigners=['a']\nlook_in=['attic']\n[[default.bases.level]]\n"
       "images='a.io'",
       "policy.toml:9: default.bases.look_in: wanted \"store\" or \"registry\", got \"attic\""},
      {"[default]\n[default.bases]\nsigners=['a']\n[[default.bases.level]]\nimages=['debian']",
       "policy.toml:10: default.bases.level.images: wanted a scope or a digest, got \"debian\": it "
       "begins with no host; did you mean \"docker.io/library/debian\"?"},
      {"[default]\n[default.bases]\nsigners=['a']\n[[default.bases.level]]\nimages=['sha256:1']",
       "policy.toml:10: default.bases.level.images: wanted a digest, got \"sha256:1\""},
      {"[default]\n[[default.signature]]\nsigners=['a']\nname='x'\n[[default.signature]]\n"
       "signers=['a']\nname='x'",
       "policy.toml:6: default: two requirements are called \"x\""},
  }));
  CAPTURE(bad.text);
  CHECK(error_of(ErrorKind::invalid, [&] { policy_with(bad.text); }) == bad.message);
}

TEST_CASE("rules and waivers that contradict others are refused") {
  const std::string rest =
      "[default]\nverdict='allow'\n[[rule]]\nname='r'\nscope='a.io'\n[[rule.signature]]\n"
      "signers=['a']\n";
  const auto bad = GENERATE(values<Bad>({
      {"[[rule]]\nname='r'\nscope='b.io'\nverdict='allow'",
       "policy.toml:14: rule.name: two rules are called \"r\""},
      {"[[rule]]\nname='s'\nscope=['b.io', 'a.io']\nverdict='allow'",
       "policy.toml:15: rule.scope: \"a.io\" is one of the rule \"r\""},
      {"[[rule]]\nscope='b.io'\nverdict='allow'", "policy.toml:13: rule: there is no name"},
      {"[[rule]]\nname='s'\nverdict='allow'", "policy.toml:13: rule: there is no scope"},
      {"[[waiver]]\nreason='x'\nby='y'\nexpires=2027-01-01",
       "policy.toml:13: waiver: there is no rule"},
      {"[[waiver]]\nrule='r'\nreason='x'\nby='y'", "policy.toml:13: waiver: there is no expires"},
      {"[[waiver]]\nrule='r'\nreason=''\nby='y'\nexpires=2027-01-01",
       "policy.toml:15: waiver.reason: it is empty"},
      {"[[waiver]]\nrule='r'\nreason='x'\nexpires=2027-01-01",
       "policy.toml:13: waiver: there is no by"},
      {"[[waiver]]\nrule='q'\nreason='x'\nby='y'\nexpires=2027-01-01",
       "policy.toml:14: waiver.rule: there is no \"q\"; did you mean \"r\"?"},
      {"[[waiver]]\nrule='r'\nrequirement='signatur'\nreason='x'\nby='y'\nexpires=2027-01-01",
       "policy.toml:15: waiver.requirement: there is no \"signatur\"; did you mean \"signature\"?"},
      {"[[waiver]]\nrule='r'\nrequirement='signature'\nfindings='C'\nreason='x'\nby='y'\n"
       "expires=2027-01-01",
       "policy.toml:16: waiver.findings: they are those of a scan: wanted its name as requirement"},
      {"[[waiver]]\nrule='r'\ndigest='sha256:1'\nreason='x'\nby='y'\nexpires=2027-01-01",
       "policy.toml:15: waiver.digest: the digest \"sha256:1\" has 1 characters after the colon: "
       "sha256 takes 64"},
      {"[[waiver]]\nrule='r'\nreason='x'\nby='y'\nexpires='2027-01-01'",
       "policy.toml:17: waiver.expires: wanted a date, or a date with time and offset, got a "
       "string"},
  }));
  CAPTURE(bad.text);
  CHECK(error_of(ErrorKind::invalid, [&] { policy_with(rest + bad.text); }) == bad.message);
}

TEST_CASE("signers that nobody could be are refused") {
  const std::string head = "version = 1\n[default]\nverdict='allow'\n";
  const auto bad = GENERATE(values<Bad>({
      {"[signers.x]",
       "policy.toml:4: signers.x: nobody is named: wanted key, keys, identity with "
       "issuer, or authorities"},
      {"[signers]\nx=1", "policy.toml:5: signers.x: wanted a table, got a number"},
      {"[signers.x]\nkeys=[{}]", "policy.toml:5: signers.x.keys: wanted one of file and pem"},
      {"[signers.x]\nkeys=[{pem='x'}]",
       "policy.toml:5: signers.x.keys.pem: the key holds no PEM block; a public key begins with "
       "-----BEGIN PUBLIC KEY-----"},
      {"[signers.x]\nkey='ec-P-256.pub'\nnot_before=2026-01-02\nnot_after=2026-01-01",
       "policy.toml:7: signers.x.not_after: it lies before not_before"},
      {"[signers.x]\nidentity='me'", "policy.toml:4: signers.x: wanted both identity and issuer"},
      {"[signers.x]\nidentity='me'\nissuer='https://a'",
       "policy.toml:5: signers.x.identity: the policy names no trusted_root to check certificates "
       "with"},
      {"[signers.x]\nkey='ec-P-256.pub'\nextensions={}",
       "policy.toml:6: signers.x.extensions: they go with identity and issuer"},
      {"[signers.x]\nkey='ec-P-256.pub'\ntransparency_log=true",
       "policy.toml:6: signers.x.transparency_log: the policy names no trusted_root that says whom "
       "to believe"},
      {"[signers.x]\nkey='ec-P-256.pub'\nsubject='C=US'",
       "policy.toml:6: signers.x.subject: it goes with authorities"},
      {"[signers.x]\nkey='ec-P-256.pub'\nsct=false",
       "policy.toml:6: signers.x.sct: it is about the certificate of an identity: wanted identity "
       "and issuer"},
      {"[signers.x]\nauthorities='ec-P-256.crt'\ntransparency_log=false",
       "policy.toml:6: signers.x.transparency_log: no log knows the Notary Project signatures that "
       "authorities are for"},
      {"[signers.x]\nkey='ec-P-256.pub'\ntimestamp_authorities='ec-P-256.crt'",
       "policy.toml:6: signers.x.timestamp_authorities: a key needs no timestamp unless the signer "
       "says timestamp = true"},
      {"[signers.x]\nkey='ec-P-256.pub'\n[groups]\nx=['x']",
       "policy.toml:7: groups.x: a signer has this name"},
      {"[groups]\ny=['x']", "policy.toml:5: groups.y: wanted a name of [signers], got \"x\""},
  }));
  CAPTURE(bad.text);
  CHECK(error_of(ErrorKind::invalid, [&] { policy_of(head + bad.text); }) == bad.message);
}

TEST_CASE("a key may need a timestamp by authorities of its own") {
  const LadePolicy policy = policy_of(
      "version = 1\n[default]\nverdict='allow'\n[signers.x]\nkey='ec-P-256.pub'\n"
      "timestamp=true\ntimestamp_authorities='ec-P-256.crt'\n");
  REQUIRE(policy.signers.size() == 1);
  CHECK(policy.signers[0].needs_timestamp);
  CHECK(policy.signers[0].timestamp_authorities.size() == 1);
}

TEST_CASE("a file that cannot be read is told where it is named") {
  const std::string said = error_of(ErrorKind::invalid, [] {
    policy_of("version = 1\n[default]\nverdict='allow'\n[signers.x]\nkey='nothing.pub'\n");
  });
  CHECK(said.starts_with("policy.toml:5: signers.x.key: "));
  CHECK(said.find("nothing.pub") != std::string::npos);
}

TEST_CASE("another version is refused before anything else is looked at") {
  const auto refused = [](const std::string& text) {
    return error_of(ErrorKind::invalid, [&] { policy_of(text); });
  };
  CHECK(refused("version = 2\nnews = 1") == "policy.toml:1: version: wanted 1, got 2");
  CHECK(refused("\nnews = 1") == "policy.toml:1: version: wanted version = 1 at the beginning");
  CHECK(refused("version = '1'") == "policy.toml:1: version: wanted a whole number, got a string");
}

}  // namespace
}  // namespace lade::signing

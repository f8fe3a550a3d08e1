#include <catch2/catch.hpp>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/sigstore/checkpoint.h"
#include "signing/sigstore/merkle.h"
#include "tests/signing/sigstore/cases.h"

namespace lade::signing {
namespace {

/// The root of a tree as RFC 6962, 2.1 defines it, straight from the definition.
std::string root_of(std::span<const std::string> leaves) {
  if (leaves.size() == 1) return leaf_hash(leaves[0]);
  std::size_t half = 1;
  while (half * 2 < leaves.size()) half *= 2;
  return node_hash(root_of(leaves.first(half)), root_of(leaves.subspan(half)));
}

/// The proof of a leaf, likewise (2.1.1).
std::vector<std::string> proof_of(std::size_t index, std::span<const std::string> leaves) {
  if (leaves.size() == 1) return {};
  std::size_t half = 1;
  while (half * 2 < leaves.size()) half *= 2;
  const bool on_left = index < half;
  std::vector<std::string> proof =
      on_left ? proof_of(index, leaves.first(half)) : proof_of(index - half, leaves.subspan(half));
  proof.push_back(root_of(on_left ? leaves.subspan(half) : leaves.first(half)));
  return proof;
}

std::string note(const std::string& body, const std::string& signatures) {
  return body + "\n" + signatures;
}

const std::string root = to_base64(std::string(32, 'r'));
const std::string line = "\xe2\x80\x94 log " + to_base64("abcdsignature") + "\n";

}  // namespace

TEST_CASE("a proof leads to the root of trees of all shapes, and no other proof does") {
  std::vector<std::string> leaves;
  for (std::size_t size = 1; size <= 33; ++size) {
    leaves.push_back("leaf " + std::to_string(size));
    const std::string wanted = root_of(leaves);
    for (std::size_t index = 0; index < size; ++index) {
      std::vector<std::string> proof = proof_of(index, leaves);
      const std::string leaf = leaf_hash(leaves[index]);
      CHECK(root_of_proof(leaf, index, size, proof) == wanted);
      CHECK(root_of_proof(leaf, index, size + 64, proof) == std::nullopt);
      CHECK(root_of_proof(leaf, size, size, proof) == std::nullopt);
      if (size > 1) CHECK(root_of_proof(leaf, (index + 1) % size, size, proof) != wanted);
      proof.push_back(leaf);
      CHECK(root_of_proof(leaf, index, size, proof) == std::nullopt);
    }
  }
}

TEST_CASE("a proof in a tree of more leaves than there are ends") {
  const std::vector<std::string> hashes(64, std::string(32, 'h'));
  CHECK(root_of_proof("leaf", 0, UINT64_MAX, hashes).has_value());
  CHECK(root_of_proof("leaf", 0, 0, {}) == std::nullopt);
}

TEST_CASE("a checkpoint is read line by line") {
  const Checkpoint checkpoint =
      parse_checkpoint(note("log - 12\n42\n" + root + "\nOther: 1\n", line + line));
  CHECK(checkpoint.origin == "log - 12");
  CHECK(checkpoint.tree_size == 42);
  CHECK(checkpoint.root_hash == std::string(32, 'r'));
  CHECK(checkpoint.signed_text == "log - 12\n42\n" + root + "\nOther: 1\n");
  REQUIRE(checkpoint.signatures.size() == 2);
  CHECK(checkpoint.signatures[0].name == "log");
  CHECK(checkpoint.signatures[0].key_hint == "abcd");
  CHECK(checkpoint.signatures[0].bytes == "signature");
}

TEST_CASE("what is no checkpoint is refused, and why is said") {
  struct Row {
    std::string text;
    std::string message;
  };
  const std::vector<Row> rows = {
      {"", "no empty line"},
      {"log\n1\n" + root + "\n", "no empty line"},
      {"log\n1\n" + root + "\n\n", "no signatures"},
      {note("log\n1\n" + root + "\n", line.substr(0, line.size() - 1)), "ends its line"},
      {note("log\n1\n", line), "has 2 lines"},
      {note("\n1\n" + root + "\n", line), "wanted origin"},
      {note("log\nx\n" + root + "\n", line), "no number"},
      {note("log\n-1\n" + root + "\n", line), "no number"},
      {note("log\n01\n" + root + "\n", line), "no number"},
      {note("log\n1\nAAEC\n", line), "not base64 of 32 bytes"},
      {note("log\n1\n" + root + "\n", "- log AAEC\n"), "is no signature"},
      {note("log\n1\n" + root + "\n", "\xe2\x80\x94 log\n"), "without a name"},
      {note("log\n1\n" + root + "\n", "\xe2\x80\x94 log AAEC\n"), "is not base64 of"},
      {std::string(Checkpoint::size_limit_bytes + 1, '\n'), "is not read"},
  };
  for (const Row& row : rows) {
    INFO(row.text.substr(0, 100));
    CHECK_THROWS_WITH(parse_checkpoint(row.text), Catch::Matchers::Contains(row.message));
  }
  std::string many;
  for (std::size_t i = 0; i <= Checkpoint::signatures_limit; ++i) many += line;
  CHECK_THROWS_WITH(parse_checkpoint(note("log\n1\n" + root + "\n", many)),
                    Catch::Matchers::Contains("has 101 signatures"));
}

TEST_CASE("a trusted root is read with its logs, authorities and times") {
  const auto path = corpora() / "sigstore" / "trusted_root.public-good.json";
  if (!std::filesystem::exists(path)) {
    WARN("no corpora");
    return;
  }
  const TrustedRoot trusted = parse_trusted_root(file(path), "it");
  CHECK(trusted.logs.size() == 2);
  CHECK(trusted.ct_logs.size() == 2);
  CHECK(trusted.certificate_authorities.size() == 2);
  CHECK(trusted.timestamp_authorities.size() == 1);
  CHECK(trusted.unusable.empty());
  const TransparencyLog& first = trusted.logs.at(0);
  CHECK(first.base_url == "https://rekor.sigstore.dev");
  CHECK(first.scheme == SignatureScheme{});
  CHECK(trusted.find_log(first.log_id) == &first);
  CHECK(trusted.find_log("another") == nullptr);
  CHECK(trusted.logs.at(1).key.kind() == KeyKind::ed25519);
  CHECK(trusted.certificate_authorities.at(0).valid_for.str() ==
        "2021-03-07T03:20:29Z to 2022-12-31T23:59:59.999Z");
}

TEST_CASE("what is no trusted root is refused, and why is said") {
  const std::string type =
      R"("mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1")";
  struct Row {
    std::string text;
    std::string message;
  };
  const std::vector<Row> rows = {
      {"", "it"},
      {"{}", "mediaType"},
      {R"({"mediaType":"text/plain"})", "is of the type \"text/plain\""},
      {"{" + type + R"(,"tlogs":{}})", "tlogs"},
      {"{" + type + R"(,"tlogs":[{}]})", "has no publicKey"},
      {"{" + type + R"(,"tlogs":[{"publicKey":{"rawBytes":"AAEC"}}]})", "is no public key"},
      {"{" + type +
           R"(,"ctlogs":[{"publicKey":{"rawBytes":"AAEC","keyDetails":"PKCS1_RSA_PKCS1V5"}}]})",
       "is no RSA key"},
      {"{" + type + R"(,"ctlogs":[{"publicKey":{"validFor":{"start":"never"}}}]})",
       "start is \"never\", no time"},
      {"{" + type + R"(,"certificateAuthorities":[{}]})", "has no certChain"},
      {"{" + type + R"(,"certificateAuthorities":[{"certChain":{}}]})", "without certificates"},
      {"{" + type +
           R"(,"timestampAuthorities":[{"certChain":{"certificates":[{"rawBytes":"AAEC"}]}}]})",
       "is no certificate"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK_THROWS_WITH(parse_trusted_root(row.text, "it"), Catch::Matchers::Contains(row.message));
  }
  CHECK(parse_trusted_root("{" + type + "}", "it").logs.empty());
}

TEST_CASE("a time range has its ends, and may lack them") {
  const TimeRange range{.start = Timestamp{.seconds = 10}, .end = Timestamp{.seconds = 20}};
  CHECK(range.contains({.seconds = 10}));
  CHECK(range.contains({.seconds = 20}));
  CHECK_FALSE(range.contains({.seconds = 9, .nanoseconds = 999'999'999}));
  CHECK_FALSE(range.contains({.seconds = 20, .nanoseconds = 1}));
  CHECK(TimeRange{}.contains({}));
  CHECK(TimeRange{}.str() == "always");
  CHECK(TimeRange{.start = Timestamp{}}.str() == "1970-01-01T00:00:00Z on");
  CHECK(TimeRange{.end = Timestamp{}}.str() == "until 1970-01-01T00:00:00Z");
}

}  // namespace lade::signing

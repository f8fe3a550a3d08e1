// A byte that is flipped anywhere in a good bundle is caught.
#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "signing/sigstore/bundle.h"
#include "tests/signing/sigstore/cases.h"

namespace lade::signing {
namespace {

struct Good {
  SignedMaterial material;
  std::string artifact;
  VerifyOptions options;
};

std::optional<Good> find_good(const std::string& name) {
  const auto one = find_case(name);
  if (!one) {
    WARN("no corpora");
    return std::nullopt;
  }
  return Good{.material = parse_bundle(one->bundle(), "the bundle").material,
              .artifact = file(one->artifact()),
              .options = one->options()};
}

bool is_refused(const SignedMaterial& material, const Good& good) {
  try {
    verify(material, Artifact::of_bytes(good.artifact), good.options);
    return false;
  } catch (const Error& error) {
    return error.kind() != ErrorKind::internal;
  }
}

/// How many bytes can be flipped in a part of the material without its being refused.
template <class Part>
int flips_unseen(const Good& good, const Part& part) {
  SignedMaterial material = good.material;
  std::string& bytes = part(material);
  int unseen = 0;
  for (char& byte : bytes) {
    byte = static_cast<char>(byte ^ 1);
    if (!is_refused(material, good)) ++unseen;
    byte = static_cast<char>(byte ^ 1);
  }
  CHECK_FALSE(bytes.empty());
  return unseen;
}

void require_all_seen(const std::string& name) {
  const auto good = find_good(name);
  if (!good) return;
  REQUIRE_FALSE(is_refused(good->material, *good));
  CHECK(flips_unseen(*good, [](SignedMaterial& material) -> std::string& {
          return std::get<MessageSignature>(material.content).bytes;
        }) == 0);
  CHECK(flips_unseen(*good, [](SignedMaterial& material) -> std::string& {
          return std::get<MessageSignature>(material.content).digest;
        }) == 0);
  const auto of_entry = [&](std::string LogEntry::*part) {
    return flips_unseen(*good, [part](SignedMaterial& material) -> std::string& {
      return material.entries.at(0).*part;
    });
  };
  CHECK(of_entry(&LogEntry::log_id) == 0);
  CHECK(of_entry(&LogEntry::kind) == 0);
  CHECK(of_entry(&LogEntry::version) == 0);
  CHECK(of_entry(&LogEntry::body) == 0);
  const auto of_proof = [&](std::string InclusionProof::*part) {
    return flips_unseen(*good, [part](SignedMaterial& material) -> std::string& {
      return material.entries.at(0).proof.value().*part;
    });
  };
  CHECK(of_proof(&InclusionProof::root_hash) == 0);
  CHECK(of_proof(&InclusionProof::checkpoint) == 0);
  for (std::size_t i = 0; i < good->material.entries.at(0).proof->hashes.size(); ++i) {
    CHECK(flips_unseen(*good, [i](SignedMaterial& material) -> std::string& {
            return material.entries.at(0).proof->hashes.at(i);
          }) == 0);
  }
}

}  // namespace

TEST_CASE("a flipped byte of a bundle with a promise and a proof of Rekor v1 is caught") {
  require_all_seen("happy-path-v0.1");
  const auto good = find_good("happy-path-v0.1");
  if (!good) return;
  CHECK(flips_unseen(*good, [](SignedMaterial& material) -> std::string& {
          return material.entries.at(0).signed_entry_timestamp;
        }) == 0);
  SignedMaterial later = good->material;
  ++later.entries.at(0).integrated_time;
  CHECK(is_refused(later, *good));
  SignedMaterial elsewhere = good->material;
  ++elsewhere.entries.at(0).index;
  CHECK(is_refused(elsewhere, *good));
}

TEST_CASE("a flipped byte of a bundle with a proof of Rekor v2 is caught") {
  require_all_seen("rekor2-timestamp-without-embedded-cert");
  const auto good = find_good("rekor2-timestamp-without-embedded-cert");
  if (!good) return;
  SignedMaterial elsewhere = good->material;
  ++elsewhere.entries.at(0).index;
  CHECK(is_refused(elsewhere, *good));
  SignedMaterial larger = good->material;
  ++larger.entries.at(0).proof->tree_size;
  CHECK(is_refused(larger, *good));
}

TEST_CASE("a flipped byte of the artifact is caught") {
  auto good = find_good("happy-path-v0.3-new-mediaType");
  if (!good) return;
  for (char& byte : good->artifact) {
    byte = static_cast<char>(byte ^ 1);
    CHECK(is_refused(good->material, *good));
    byte = static_cast<char>(byte ^ 1);
  }
}

TEST_CASE("a flipped byte of an envelope is caught") {
  const auto good = find_good("intoto-with-custom-trust-root");
  if (!good) return;
  REQUIRE_FALSE(is_refused(good->material, *good));
  CHECK(flips_unseen(*good, [](SignedMaterial& material) -> std::string& {
          return std::get<Envelope>(material.content).payload;
        }) == 0);
  CHECK(flips_unseen(*good, [](SignedMaterial& material) -> std::string& {
          return std::get<Envelope>(material.content).payload_type;
        }) == 0);
  CHECK(flips_unseen(*good, [](SignedMaterial& material) -> std::string& {
          return std::get<Envelope>(material.content).signatures.at(0).bytes;
        }) == 0);
}

TEST_CASE("a flipped byte of a certificate is caught") {
  const auto good = find_good("happy-path-v0.1");
  if (!good) return;
  const std::string der = good->material.certificates.at(0).der();
  for (std::size_t i = 0; i < der.size(); ++i) {
    std::string flipped = der;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    SignedMaterial material = good->material;
    try {
      material.certificates = {Certificate::parse_der(flipped, "it")};
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid);
      continue;
    }
    CHECK(is_refused(material, *good));
  }
}

TEST_CASE("a flipped byte of a timestamp is caught, or is in what nobody signs") {
  const auto good = find_good("rekor2-timestamp-with-expired-cert-chain");
  if (!good) return;
  const auto told = [&](const SignedMaterial& material) {
    return verify(material, Artifact::of_bytes(good->artifact), good->options).times.at(0).time;
  };
  const Timestamp time = told(good->material);
  SignedMaterial material = good->material;
  int unseen = 0;
  for (char& byte : material.timestamps.at(0)) {
    byte = static_cast<char>(byte ^ 1);
    if (!is_refused(material, *good)) {
      ++unseen;
      CHECK(told(material) == time);
    }
    byte = static_cast<char>(byte ^ 1);
  }
  // the status before the token, and numbers of versions and algorithms around what is signed
  CHECK(unseen < 32);
}

}  // namespace lade::signing

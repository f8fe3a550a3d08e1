#include "signing/keyless/witness.h"

#include <catch2/catch.hpp>

#include "signing/keyless/timestamp_authority.h"
#include "signing/sigstore/verify.h"
#include "tests/signing/keyless/fake_services.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

using Catch::Matchers::Contains;

chains::Wishes named() {
  chains::Wishes wishes;
  static const int issuer = OBJ_create("1.3.6.1.4.1.57264.1.8", "issuer-v2", "Fulcio's issuer");
  wishes.extensions.emplace_back(NID_subject_alt_name, "URI:https://example.com/workflow");
  wishes.extensions.emplace_back(issuer, "ASN1:UTF8String:https://issuer.example");
  return wishes;
}

/// Services that a trusted root knows, and somebody who has a certificate and a signature.
struct World {
  FakeLog log;
  chains::Chain chain{named()};
  chains::Made stamper = chains::issue(chains::stamper(), &chain.root);
  Timestamp stamped_at = chains::now;
  Artifact artifact = Artifact::of_bytes("the artifact");
  SignedMaterial material{};
  /// What becomes of each answer on its way.
  std::function<void(std::string& body)> change{};

  World() {
    material.certificates = {chain.signer.certificate};
    material.content = MessageSignature{.hash = MessageHash::sha256,
                                        .digest = hash_bytes(MessageHash::sha256, "the artifact"),
                                        .bytes = chain.signer.key.sign("the artifact")};
  }
  WebAnswer answer(const WebRequest& request) {
    std::string body;
    if (request.content_type == "application/timestamp-query") {
      const auto response = chains::answer_stamp(stamper, request.body, stamped_at);
      unsigned char* der = nullptr;
      const int size = i2d_TS_RESP(response.get(), &der);
      body.assign(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
      OPENSSL_free(der);
    } else {
      const bool is_v1 = request.url.find("/v1/") != std::string::npos;
      body = to_compact(is_v1 ? log.entry_v1(kept_v1(request.body))
                              : log.entry_v2(kept_v2(request.body)));
    }
    if (change) change(body);
    return answered(std::move(body));
  }
  TrustedRoot root() {
    return {
        .certificate_authorities = {{.uri = "ca",
                                     .chain = {chain.middle.certificate, chain.root.certificate}}},
        .logs = {log.trusted()},
        .timestamp_authorities = {
            {.uri = "tsa", .chain = {stamper.certificate, chain.root.certificate}}}};
  }
  SignerKey signer() {
    return {.key = chain.signer.key.public_key(), .certificate = chain.signer.certificate};
  }
  void ask(Witnesses witnesses, bool trusting = true) {
    FakeClient client([&](const WebRequest& request) { return answer(request); });
    if (trusting) witnesses.trusted_root = root();
    witnesses.require_sct = false;
    witness(client, witnesses, material, artifact, signer());
  }
};

const Witnesses both{.logs = {{.url = "https://rekor.example"}},
                     .timestamp_authorities = {"https://tsa.example/stamp"}};

TEST_CASE("logs and time-stamp authorities are asked, and all of it verifies") {
  for (const unsigned version : {1U, 2U}) {
    World world;
    Witnesses witnesses = both;
    witnesses.logs[0].api_version = version;
    world.ask(witnesses);
    CHECK(world.material.entries.size() == 1);
    CHECK(world.material.timestamps.size() == 1);
  }
}

TEST_CASE("only some tell a time") {
  CHECK(both.tell_time());
  CHECK_FALSE(Witnesses{}.tell_time());
  CHECK(Witnesses{.logs = {{.url = "x"}}}.tell_time());
  CHECK_FALSE(Witnesses{.logs = {{.url = "x", .api_version = 2}}}.tell_time());
}

TEST_CASE("with a trusted root nothing is taken that does not verify") {
  const std::string not_good = "what the services answered does not verify with the trusted root: ";
  SECTION("a certificate that no transparency log of the root promised") {
    World world;
    FakeClient client([&](const WebRequest& request) { return world.answer(request); });
    Witnesses witnesses = both;
    witnesses.trusted_root = world.root();
    CHECK_THAT(
        error_of(
            ErrorKind::denied,
            [&] { witness(client, witnesses, world.material, world.artifact, world.signer()); }),
        Contains(not_good) && Contains("promise"));
  }
  SECTION("another log") {
    World world;
    const TrustedRoot root = world.root();
    world.log = FakeLog{};
    FakeClient client([&](const WebRequest& request) { return world.answer(request); });
    Witnesses witnesses = both;
    witnesses.trusted_root = root;
    CHECK_THAT(
        error_of(
            ErrorKind::denied,
            [&] { witness(client, witnesses, world.material, world.artifact, world.signer()); }),
        Contains(not_good) && Contains("which is not trusted"));
  }
  SECTION("a time when the certificate was not valid") {
    World world;
    world.stamped_at.seconds += 11 * chains::day;
    CHECK_THAT(error_of(ErrorKind::denied, [&] { world.ask(both); }),
               Contains("the certificate is valid") && Contains("a time-stamp authority tells"));
  }
  SECTION("a promise with a byte changed") {
    World world;
    world.change = [](std::string& body) {
      const auto at = body.find("\"integratedTime\":1800000000");
      if (at != std::string::npos)
        body[at + std::string("\"integratedTime\":180000000").size()] = '1';
    };
    CHECK_THAT(error_of(ErrorKind::denied, [&] { world.ask(both); }),
               Contains(not_good) && Contains("the promise (SET)"));
    World careless;
    careless.change = world.change;
    CHECK_NOTHROW(careless.ask(both, false));  // who knows nobody can check no more
  }
}

TEST_CASE("a time when the certificate was not valid is refused by whoever knows nobody, too") {
  World late;
  late.stamped_at.seconds += 11 * chains::day;
  CHECK_THAT(error_of(ErrorKind::denied, [&] { late.ask(both, false); }),
             Contains("a time-stamp authority tells that it signed at 2027-01-26T08:00:00Z"));
  World early;
  early.stamped_at.seconds -= 11 * chains::day;
  error_of(ErrorKind::denied, [&] { early.ask(both, false); });
  World world;
  world.change = [](std::string& body) {
    const std::string time = "\"integratedTime\":1800000000";
    const auto at = body.find(time);
    if (at != std::string::npos) body.replace(at, time.size(), "\"integratedTime\":1900000000");
  };
  CHECK_THAT(error_of(ErrorKind::denied, [&] { world.ask(both, false); }),
             Contains("a log tells that it signed at"));
}

TEST_CASE("a bare key is witnessed as well") {
  World world;
  world.material.certificates.clear();
  FakeClient client([&](const WebRequest& request) { return world.answer(request); });
  Witnesses witnesses = both;
  witnesses.trusted_root = world.root();
  witness(client, witnesses, world.material, world.artifact,
          {.key = world.chain.signer.key.public_key()});
  CHECK(world.material.entries.size() == 1);
}

TEST_CASE("nobody is asked about a signature that the log cannot check") {
  World world;
  PrivateKey key = PrivateKey::generate(KeyKind::ed25519);
  world.material.certificates.clear();
  world.material.content = seal(std::string(Envelope::in_toto_type), "{}", key);
  FakeClient client([&](const WebRequest& request) { return world.answer(request); });
  Witnesses witnesses = both;
  witnesses.logs[0].api_version = 2;
  error_of(ErrorKind::unsupported, [&] {
    witness(client, witnesses, world.material, world.artifact, {.key = key.public_key()});
  });
  CHECK(client.asked.empty());
}

TEST_CASE("a timestamp is of this signature and answers this request") {
  World world;
  const auto ask = [&](const std::string& signature) {
    FakeClient client([&](const WebRequest& request) { return world.answer(request); });
    std::string response = request_timestamp(client, "https://tsa.example/stamp", signature);
    CHECK(client.asked.at(0).url == "https://tsa.example/stamp");
    CHECK(client.asked.at(0).accept == "application/timestamp-reply");
    return response;
  };
  const std::string first = ask("one");
  CHECK(verify_timestamp(first, "one", world.root().timestamp_authorities).time == chains::now);
  const std::string other = ask("other");
  world.change = [&](std::string& body) { body = other; };
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { ask("one"); }), Contains("of something else"));
  world.change = [&](std::string& body) { body = first; };  // a replay, with another nonce
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { ask("one"); }),
             Contains("the time-stamp authority at https://tsa.example/stamp answered with a "
                      "timestamp of something else, or a refusal"));
  for (const std::string& bad : {std::string(), std::string("no"), first.substr(0, 99), first + "x",
                                 std::string("\x30\x03\x30\x01\x02", 5)}) {
    world.change = [&](std::string& body) { body = bad; };
    error_of(ErrorKind::corrupt, [&] { ask("one"); });
  }
}

TEST_CASE("the URL of a time-stamp authority is asked as it is") {
  for (const std::string url : {"https://tsa.example/", "https://tsa.example/stamp/",
                                "https://tsa.example", "https://tsa.example/?a=b/"}) {
    FakeClient client([](const WebRequest&) { return refused(500, ErrorKind::unavailable, ""); });
    error_of(ErrorKind::unavailable, [&] { request_timestamp(client, url, "x"); });
    CHECK(client.asked.at(0).url == url);
  }
}

TEST_CASE("a time-stamp authority that refuses is told of") {
  FakeClient client([](const WebRequest&) {
    return refused(500, ErrorKind::unavailable, "<html>out of order</html>");
  });
  CHECK(error_of(ErrorKind::unavailable,
                 [&] { request_timestamp(client, "https://tsa.example/stamp?key=1", "x"); }) ==
        "the time-stamp authority at https://tsa.example/stamp answered 500: <html>out of "
        "order</html>");
}

}  // namespace
}  // namespace lade::signing

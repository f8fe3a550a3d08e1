#include "signing/notation/cose.h"

#include <catch2/catch.hpp>

#include "libimage/oci/hasher.h"
#include "signing/notation/cbor_reader.h"
#include "signing/notation/notary_payload.h"
#include "signing/notation/notary_verify.h"
#include "tests/signing/notation/chains.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

using Catch::Matchers::Contains;
using chains::Chain;
using Type = CborReader::Type;

// -- a writer of CBOR that can only write what it is told
std::string text(std::string_view value) {
  return cbor_head(Type::text, value.size()).append(value);
}
std::string bytes(std::string_view value) {
  return cbor_head(Type::bytes, value.size()).append(value);
}
std::string number(std::int64_t value) {
  return value < 0 ? cbor_head(Type::negative, static_cast<std::uint64_t>(-1 - value))
                   : cbor_head(Type::positive, static_cast<std::uint64_t>(value));
}
std::string time(std::int64_t value) { return cbor_head(Type::tag, 1) + number(value); }
std::string array(const std::vector<std::string>& items) {
  std::string all = cbor_head(Type::array, items.size());
  for (const std::string& item : items) all += item;
  return all;
}
using Members = std::vector<std::pair<std::string, std::string>>;
std::string map(const Members& members) {
  std::string all = cbor_head(Type::map, members.size());
  for (const auto& [key, value] : members) all += key + value;
  return all;
}

const std::string scheme = text("io.cncf.notary.signingScheme");
const std::string signing_time = text("io.cncf.notary.signingTime");
const std::string expiry = text("io.cncf.notary.expiry");
const std::string payload_type = text("application/vnd.cncf.notary.payload.v1+json");

struct Envelope {
  Members protected_header = {
      {number(1), number(-7)},
      {number(2), array({scheme, expiry})},
      {number(3), payload_type},
      {scheme, text("notary.x509")},
      {signing_time, time(chains::now.seconds)},
      {expiry, time(chains::now.seconds + 60)},
  };
  Members unprotected{};
  std::string payload = bytes(notary_payload_of({"a/b", digest_of("image"), 5}));
  std::string tag = cbor_head(Type::tag, 18);

  explicit Envelope(const Chain& chain) {
    std::vector<std::string> certificates;
    for (const Certificate& one : chain.certificates()) certificates.push_back(bytes(one.der()));
    unprotected = {{number(33), array(certificates)},
                   {text("io.cncf.notary.signingAgent"), text("test/1")}};
  }
  std::string sealed(Chain& chain) const {
    const std::string header = map(protected_header);
    CborReader reader(payload, "it");
    const std::string made =
        sign_for_notary(chain.signer.key, cose_signed_bytes(header, reader.bytes()));
    return tag + array({bytes(header), map(unprotected), payload, bytes(made)});
  }
};

NotaryTrust trust_in(const Chain& chain) {
  return {.rule = "the test", .authorities = {chain.root.certificate}, .now = chains::now};
}

TEST_CASE("a COSE envelope is read and verified like any other, by every kind of key") {
  const auto [kind, algorithm] = GENERATE(table<KeyKind, int>({{KeyKind::ecdsa_p256, -7},
                                                               {KeyKind::ecdsa_p384, -35},
                                                               {KeyKind::ecdsa_p521, -36},
                                                               {KeyKind::rsa, -37}}));
  chains::Wishes wishes;
  wishes.kind = kind;
  Chain chain(wishes);
  Envelope envelope(chain);
  envelope.protected_header[0].second = number(algorithm);
  const NotarySignature read =
      parse_notary_signature("application/cose", envelope.sealed(chain), "it");
  CHECK(read.signing_time == chains::now);
  CHECK(read.expiry == Timestamp{.seconds = chains::now.seconds + 60});
  CHECK(read.signing_agent == "test/1");
  CHECK(read.certificates == chain.certificates());
  CHECK(verify(read, digest_of("image"), trust_in(chain)).reason().empty());
  CHECK_FALSE(verify(read, digest_of("other"), trust_in(chain)).is_trusted());
}

TEST_CASE("what a COSE signature is over is what RFC 9052 says") {
  CHECK(cose_signed_bytes("ab", "c") ==
        "\x84\x6aSignature1\x42"
        "ab\x40\x41"
        "c");
  CHECK(cose_signed_bytes("", std::string(300, 'x')).substr(13, 4) ==
        std::string("\x40\x59\x01\x2c", 4));
}

TEST_CASE("a bit of a COSE envelope that was changed is caught") {
  Chain chain;
  const std::string good = Envelope(chain).sealed(chain);
  std::size_t read = 0;
  for (std::size_t i = 0; i < good.size(); i += 3) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    try {
      const NotarySignature signature = parse_cose(bad, "it");
      ++read;
      // the agent is nobody's to believe
      if (signature.signing_agent != "test/1") continue;
      CHECK_FALSE(verify(signature, digest_of("image"), trust_in(chain)).is_trusted());
    } catch (const Error& error) {
      CHECK(error.kind() != ErrorKind::internal);
    }
  }
  CHECK(read > 100);
}

TEST_CASE("a COSE envelope that breaks the rules is refused with the rule") {
  Chain chain;
  using Change = std::function<void(Envelope&)>;
  const std::vector<std::pair<Change, std::string>> cases = {
      {[](Envelope& e) { e.tag.clear(); }, "where a tag is wanted"},
      {[](Envelope& e) { e.tag = cbor_head(Type::tag, 98); }, "no tagged COSE_Sign1"},
      {[](Envelope& e) { e.protected_header[0].second = number(-8); }, "the algorithm -8 is none"},
      {[](Envelope& e) { e.protected_header.erase(e.protected_header.begin()); }, "no algorithm"},
      {[](Envelope& e) { e.protected_header[1].second = array({scheme}); }, "expiry is not marked"},
      {[](Envelope& e) {
         e.protected_header[1].second = array({scheme, expiry, number(9)});
       },
       "the attribute 9 is critical"},
      {[](Envelope& e) { e.protected_header[2].second = text("text/plain"); },
       "its payload is text/plain"},
      {[](Envelope& e) { e.protected_header[4].second = number(5); }, "where a tag is wanted"},
      {[](Envelope& e) { e.protected_header[4].second = cbor_head(Type::tag, 0) + text("2026"); },
       "a time is not seconds since 1970"},
      {[](Envelope& e) { e.protected_header.emplace_back(number(258), number(-16)); },
       "COSE hash envelope"},
      {[](Envelope& e) { e.protected_header.emplace_back(number(1), number(-7)); },
       "a label is there twice: 1"},
      {[](Envelope& e) { e.unprotected.emplace_back(number(1), number(-7)); },
       "a label is there twice: 1"},
      {[](Envelope& e) { e.protected_header.emplace_back(text("1"), number(-7)); },
       "a text that is a number"},
      {[](Envelope& e) {
         e.protected_header.emplace_back(text("io.cncf.notary.verificationPlugin"), text("x"));
       },
       "wants a plugin"},
      {[](Envelope& e) { e.unprotected.erase(e.unprotected.begin()); }, "holds no certificate"},
      {[](Envelope& e) { e.unprotected[0].second = array({}); }, "holds 0 certificates"},
      {[](Envelope& e) { e.unprotected[0].second = array({bytes("x")}); }, "no certificate"},
  };
  for (const auto& [change, reason] : cases) {
    INFO(reason);
    Envelope envelope(chain);
    change(envelope);
    CHECK_THROWS_WITH(parse_cose(envelope.sealed(chain), "it"), Contains(reason));
  }
  const Envelope good(chain);
  CHECK_THROWS_WITH(parse_cose(good.tag + array({bytes(map(good.protected_header)),
                                                 map(good.unprotected), text("x"), bytes("y")}),
                               "it"),
                    Contains("where a byte string is wanted"));
  CHECK_THROWS_WITH(parse_cose(good.tag + array({bytes("")}), "it"), Contains("four members"));
  CHECK_THROWS_WITH(parse_cose(Envelope(chain).sealed(chain) + "x", "it"),
                    Contains("1 bytes follow it"));
  CHECK_THROWS_WITH(parse_cose(std::string(2'000'000, 'x'), "it"), Contains("more than"));
}

TEST_CASE("members that nobody knows are passed over, and one certificate is no array") {
  chains::Made self = chains::issue({});
  Chain chain;
  Envelope envelope(chain);
  envelope.protected_header.emplace_back(text("x"),
                                         array({map({{number(1), bytes("y")}}), time(1)}));
  envelope.unprotected[0].second = bytes(self.certificate.der());
  CHECK(parse_cose(envelope.sealed(chain), "it").certificates.size() == 1);
}

TEST_CASE("a reader of CBOR believes no size") {
  const auto [given, reason] = GENERATE(table<std::string, std::string>({
      {"", "it breaks off"},
      {"\x5b\xff\xff\xff\xff\xff\xff\xff\xff", "it breaks off"},    // 2^64-1 bytes
      {"\x9b\xff\xff\xff\xff\xff\xff\xff\xff", "more items than"},  // as many items
      {"\xbb\x80\x00\x00\x00", "it breaks off"},
      {"\xb9\xff\xff", "more items than"},
      {"\x9f\xff", "no definite length"},
      {"\x5f\x41x\xff", "no definite length"},
      {"\x1c", "no definite length"},
      {std::string(1000, '\x81'), "nested too deeply"},
      {std::string(1000, '\xc1'), "nested too deeply"},
  }));
  CborReader reader(given, "it");
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { reader.skip(); }), Contains(reason));
}

TEST_CASE("numbers of CBOR are read as RFC 8949 writes them") {
  const auto [given, value] = GENERATE(table<std::string, std::int64_t>({
      {std::string("\x00", 1), 0},
      {"\x17", 23},
      {"\x18\x18", 24},
      {"\x19\x03\xe8", 1000},
      {std::string("\x1a\x00\x0f\x42\x40", 5), 1000000},
      {std::string("\x1b\x00\x00\x00\xe8\xd4\xa5\x10\x00", 9), 1000000000000},
      {"\x20", -1},
      {"\x39\x03\xe7", -1000},
  }));
  CborReader reader(given, "it");
  CHECK(reader.integer() == value);
  CHECK(reader.at_end());
  CHECK(number(value) == given);
  const std::string large = "\x1b\x80" + std::string(7, '\0');
  CborReader beyond(large, "it");
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { beyond.integer(); }), Contains("too large"));
}

}  // namespace
}  // namespace lade::signing

#include "signing/x509/certificate.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "signing/x509/chain.h"
#include "signing/x509/identity.h"
#include "signing/x509/sct.h"
#include "signing/x509/timestamp.h"
#include "tests/signing/x509/certificates.h"

namespace lade::signing {
namespace {

constexpr Timestamp in_2030{.seconds = 1893456000};
constexpr Timestamp in_2020{.seconds = 1577836800};

Certificate made(const char* pem) { return Certificate::parse_pem(pem, "it"); }

Authority authority(std::vector<const char*> pems) {
  Authority one{.uri = "https://ca"};
  for (const char* pem : pems) one.chain.push_back(made(pem));
  return one;
}

std::string refusal(const char* leaf, const Authority& by, Timestamp time) {
  try {
    build_chain(made(leaf), {}, by, time, CertificateUse::code_signing);
    return "";
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::denied);
    return error.message();
  }
}

}  // namespace

TEST_CASE("a certificate tells what it holds") {
  const Certificate signer = made(certificates::signer);
  CHECK(signer.subject() == "CN=signer");
  CHECK(signer.issuer() == "CN=mid");
  CHECK(signer.is_for(CertificateUse::code_signing));
  CHECK_FALSE(signer.is_for(CertificateUse::time_stamping));
  CHECK_FALSE(signer.is_authority());
  CHECK_FALSE(signer.is_self_issued());
  CHECK(signer.validity().contains(in_2030));
  CHECK_FALSE(signer.validity().contains(in_2020));
  CHECK(signer.public_key().kind() == KeyKind::ecdsa_p256);
  CHECK(Certificate::parse_der(signer.der(), "it") == signer);
  CHECK(made(certificates::root).is_authority());
  CHECK(made(certificates::root).is_self_issued());
  const Certificate plain = made(certificates::plain);
  CHECK(plain.permits(CertificateUse::code_signing));
  CHECK_FALSE(plain.is_for(CertificateUse::code_signing));
}

TEST_CASE("a certificate names its subject and what Fulcio says of it") {
  const CertificateIdentity identity = identity_of(made(certificates::signer));
  using Kind = SubjectName::Kind;
  CHECK(identity.names == std::vector<SubjectName>{{Kind::email, "me@example.com"},
                                                   {Kind::uri, "https://example.com/w"},
                                                   {Kind::dns, "example.com"},
                                                   {Kind::other, "user"}});
  CHECK(identity.has_name("user"));
  CHECK_FALSE(identity.has_name("me@example.co"));
  // the newer extension counts where both are
  CHECK(identity.issuer == "https://issuer");
  CHECK(identity.extensions.at("buildSignerURI") == "https://example.com/w");
  CHECK(identity.extensions.at("buildTrigger") == "push");
  CHECK(identity_of(made(certificates::plain)).names.empty());
}

TEST_CASE("an extension that cannot be read is refused") {
  CHECK_THROWS_WITH(identity_of(made(certificates::nul)),
                    Catch::Matchers::Contains("issuer") && Catch::Matchers::Contains("a NUL"));
  CHECK_THROWS_WITH(identity_of(made(certificates::badext)),
                    Catch::Matchers::Contains("no UTF-8 string"));
}

TEST_CASE("what is no certificate is refused") {
  const std::string der = made(certificates::root).der();
  CHECK_THROWS_WITH(Certificate::parse_der("", "it"), Catch::Matchers::Contains("no certificate"));
  CHECK_THROWS_WITH(Certificate::parse_der(der + "x", "it"),
                    Catch::Matchers::Contains("1 bytes after the certificate"));
  CHECK_THROWS_WITH(Certificate::parse_der(der.substr(0, 100), "it"),
                    Catch::Matchers::Contains("no certificate"));
  CHECK_THROWS_WITH(Certificate::parse_der(std::string(100'000, 'x'), "it"),
                    Catch::Matchers::Contains("is not read"));
  CHECK_THROWS_WITH(Certificate::parse_pem("", "it"), Catch::Matchers::Contains("holds no"));
  CHECK_THROWS_WITH(Certificate::parse_pem("-----BEGIN CERTIFICATE-----\nAAEC\n", "it"),
                    Catch::Matchers::Contains("certificate in PEM"));
  const std::string two = std::string(certificates::root) + certificates::mid;
  CHECK(Certificate::parse_pem_chain(two, "it").size() == 2);
  CHECK_THROWS_WITH(made(two.c_str()), Catch::Matchers::Contains("holds 2 certificates"));
  std::string many;
  for (int i = 0; i < 20; ++i) many += certificates::root;
  CHECK_THROWS_WITH(Certificate::parse_pem_chain(many, "it"),
                    Catch::Matchers::Contains("more than 16"));
}

TEST_CASE("a chain leads to the root that is trusted, at the time that is asked for") {
  const Authority good = authority({certificates::mid, certificates::root});
  const auto chain =
      build_chain(made(certificates::signer), {}, good, in_2030, CertificateUse::code_signing);
  REQUIRE(chain.size() == 3);
  CHECK(chain[1].subject() == "CN=mid");
  CHECK(chain[2] == good.root());
  // the intermediate may come with the certificate, and may be what is trusted
  const std::vector<Certificate> extra = {made(certificates::mid)};
  CHECK(build_chain(made(certificates::signer), extra, authority({certificates::root}), in_2030,
                    CertificateUse::code_signing)
            .size() == 3);
  CHECK(refusal(certificates::signer, authority({certificates::mid}), in_2030).empty());
}

TEST_CASE("a chain that does not hold says which certificate is the trouble") {
  using Catch::Matchers::Contains;
  const Authority good = authority({certificates::mid, certificates::root});
  CHECK_THAT(refusal(certificates::signer, good, in_2020), Contains("not yet valid"));
  CHECK_THAT(refusal(certificates::signer, authority({certificates::root}), in_2030),
             Contains("unable to get local issuer") && Contains("CN=signer"));
  CHECK_THAT(
      refusal(certificates::signer, authority({certificates::mid, certificates::other}), in_2030),
      Contains("CN=mid"));
  CHECK_THAT(refusal(certificates::plain, good, in_2030), Contains("is not one to sign code with"));
  CHECK_THAT(refusal(certificates::wrongmid, authority({certificates::tsmid, certificates::root}),
                     in_2030),
             Contains("CN=tsmid may not issue certificates to sign code with"));
}

TEST_CASE("a certificate without the promise of a transparency log is refused") {
  const Certificate signer = made(certificates::signer);
  CHECK_THROWS_WITH(verify_scts(signer, made(certificates::mid), {}),
                    Catch::Matchers::Contains("holds no promise"));
}

TEST_CASE("what is no timestamp is refused") {
  CHECK_THROWS_WITH(verify_timestamp("", "x", {}), Catch::Matchers::Contains("no RFC 3161"));
  CHECK_THROWS_WITH(verify_timestamp("\x30\x03\x02\x01\x05", "x", {}),
                    Catch::Matchers::Contains("no RFC 3161"));
  // a refusal: status 2, no token
  CHECK_THROWS_WITH(verify_timestamp("\x30\x05\x30\x03\x02\x01\x02", "x", {}),
                    Catch::Matchers::Contains("its status is 2"));
  CHECK_THROWS_WITH(verify_timestamp({"\x30\x05\x30\x03\x02\x01\x00", 7}, "x", {}),
                    Catch::Matchers::Contains("token not present"));
  CHECK_THROWS_WITH(verify_timestamp(std::string(2'000'000, 'x'), "x", {}),
                    Catch::Matchers::Contains("is not read"));
}

}  // namespace lade::signing

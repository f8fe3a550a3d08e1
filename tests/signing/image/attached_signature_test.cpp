#include "signing/image/attached_signature.h"

#include <catch2/catch.hpp>

#include "libimage/image/attach.h"
#include "signing/keys/private_key.h"
#include "tests/signing/image/signed_place.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

/// The manifest, with other layers than it has.
RawManifest with_layers(const RawManifest& manifest, const Json& layers) {
  Json json = parse_json(manifest.bytes, "it");
  json["layers"] = layers;
  const std::string bytes = to_compact(json);
  return {bytes, manifest.media_type, digest_of(bytes)};
}

/// A signature of the image, as it would be attached.
AttachedManifest signature_of(const SignedPlace& place) {
  PrivateKey key = PrivateKey::generate(KeyKind::ecdsa_p256);
  const Descriptor subject = place.image.descriptor();
  return sign_statement(signature_statement(subject, {}), subject, key, {});
}

TEST_CASE("a bundle that is listed a thousand times is one signature") {
  SignedPlace place;
  AttachedManifest made = signature_of(place);
  Json layers = Json::array();
  const Json layer = parse_json(made.manifest.bytes, "it")["layers"][0];
  for (int i = 0; i < 1000; ++i) layers.push_back(layer);
  made.manifest = with_layers(made.manifest, layers);
  attach(place.destination, {made});
  CHECK(read_signatures(*place.open()(), place.image.digest).size() == 1);
}

TEST_CASE("signatures that would fill the memory are not even begun with") {
  SignedPlace place;
  AttachedManifest made = signature_of(place);
  Json layers = Json::array();
  Json layer = parse_json(made.manifest.bytes, "it")["layers"][0];
  layer["size"] = std::uint64_t{16} << 20;
  for (int i = 0; i < 9; ++i) {
    layer["digest"] = digest_of(std::to_string(i)).str();
    layers.push_back(layer);
  }
  place.destination.put_referrer(with_layers(made.manifest, layers), "");
  CHECK(error_of(ErrorKind::unsupported, [&] {
          read_signatures(*place.open()(), place.image.digest);
        }) == place.image.digest.str() + " has signatures of more than 134217728 bytes");
}

}  // namespace
}  // namespace lade::signing

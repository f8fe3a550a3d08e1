#include "signing/policy/parse_requirement.h"

#include <array>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::signing {
namespace {

/// Those that are not GPGKeys are in the grammar, and nobody implements them.
constexpr std::array<std::string_view, 4> key_types{"GPGKeys", "signedByGPGKeys",
                                                    "X509Certificates", "signedByX509CAs"};

SignedBy parse_signed_by(StrictObject& object) {
  SignedBy requirement{.key_type = object.get_text("keyType")};
  if (std::find(key_types.begin(), key_types.end(), requirement.key_type) == key_types.end()) {
    fail(ErrorKind::invalid, "{} is \"{}\"; wanted \"GPGKeys\"", object.path_of("keyType"),
         printable(requirement.key_type));
  }
  if (object.count({"keyPath", "keyPaths", "keyData"}) != 1) {
    fail(ErrorKind::invalid, "{} has {} of keyPath, keyPaths and keyData; wanted exactly one",
         object.where(), object.count({"keyPath", "keyPaths", "keyData"}));
  }
  if (auto path = object.find_text("keyPath")) requirement.keys.paths = {std::move(*path)};
  if (auto paths = object.find_texts("keyPaths")) requirement.keys.paths = std::move(*paths);
  if (auto data = object.find_base64("keyData")) requirement.keys.data = {std::move(*data)};
  requirement.identity = parse_signed_identity(object);
  return requirement;
}

Requirement parse_by_type(const std::string& type, StrictObject& object) {
  if (type == "insecureAcceptAnything") return AcceptAnything{};
  if (type == "reject") return RejectAll{};
  if (type == "signedBy") return parse_signed_by(object);
  if (type == "sigstoreSigned") return parse_sigstore_signed(object);
  if (type == "signedBaseLayer") {
    return SignedBaseLayer{
        parse_identity_match(object.get("baseLayerIdentity"), object.path_of("baseLayerIdentity"))};
  }
  constexpr std::array<std::string_view, 5> types{"insecureAcceptAnything", "reject", "signedBy",
                                                  "sigstoreSigned", "signedBaseLayer"};
  const auto meant = did_you_mean(type, types);
  fail(ErrorKind::invalid, "{} is \"{}\", which is no requirement{}", object.path_of("type"),
       printable(type), meant ? fmt::format("; did you mean \"{}\"?", *meant) : "");
}

}  // namespace

Requirement parse_requirement(const Json& json, const std::string& where) {
  StrictObject object(json, where);
  Requirement requirement = parse_by_type(object.get_text("type"), object);
  object.finish();
  return requirement;
}

IdentityMatch parse_signed_identity(StrictObject& object) {
  const Json* json = object.find("signedIdentity");
  return json == nullptr ? IdentityMatch{}
                         : parse_identity_match(*json, object.path_of("signedIdentity"));
}

}  // namespace lade::signing

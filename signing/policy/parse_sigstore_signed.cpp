#include "libimage/base/error.h"
#include "signing/policy/parse_requirement.h"

namespace lade::signing {
namespace {

/// Of two members, files and data, exactly one.
KeySource parse_source(StrictObject& object, std::string_view path_key, std::string_view data_key) {
  if (object.count({path_key, data_key}) != 1) {
    fail(ErrorKind::invalid, "{} has {} of {} and {}; wanted exactly one", object.where(),
         object.count({path_key, data_key}), path_key, data_key);
  }
  KeySource source;
  if (auto path = object.find_text(path_key)) source.paths = {std::move(*path)};
  if (auto data = object.find_base64(data_key)) source.data = {std::move(*data)};
  return source;
}

KeySource parse_key_lists(StrictObject& object, const std::string& prefix) {
  const std::string path = prefix + "Path";
  const std::string data = prefix + "Data";
  KeySource source;
  if (auto one = object.find_text(path)) source.paths = {std::move(*one)};
  if (auto many = object.find_texts(path + "s")) source.paths = std::move(*many);
  if (auto one = object.find_base64(data)) source.data = {std::move(*one)};
  if (auto many = object.find_base64s(data + "s")) source.data = std::move(*many);
  return source;
}

FulcioTrust parse_fulcio(const Json& json, const std::string& where) {
  StrictObject object(json, where);
  FulcioTrust fulcio{.authorities = parse_source(object, "caPath", "caData"),
                     .oidc_issuer = object.get_text("oidcIssuer"),
                     .subject_email = object.get_text("subjectEmail")};
  object.finish();
  return fulcio;
}

PkiTrust parse_pki(const Json& json, const std::string& where) {
  StrictObject object(json, where);
  PkiTrust pki{.roots = parse_source(object, "caRootsPath", "caRootsData")};
  if (object.count({"caIntermediatesPath", "caIntermediatesData"}) > 0) {
    pki.intermediates = parse_source(object, "caIntermediatesPath", "caIntermediatesData");
  }
  pki.subject_email = object.find_text("subjectEmail").value_or("");
  pki.subject_hostname = object.find_text("subjectHostname").value_or("");
  if (pki.subject_email.empty() && pki.subject_hostname.empty()) {
    fail(ErrorKind::invalid, "{} has neither subjectEmail nor subjectHostname", where);
  }
  object.finish();
  return pki;
}

}  // namespace

SigstoreSigned parse_sigstore_signed(StrictObject& object) {
  const auto signers =
      object.count({"keyPath", "keyPaths", "keyData", "keyDatas", "fulcio", "pki"});
  if (signers != 1) {
    fail(ErrorKind::invalid,
         "{} has {} of keyPath, keyPaths, keyData, keyDatas, fulcio and pki; wanted exactly one",
         object.where(), signers);
  }
  const auto logs = object.count(
      {"rekorPublicKeyPath", "rekorPublicKeyPaths", "rekorPublicKeyData", "rekorPublicKeyDatas"});
  if (logs > 1) {
    fail(ErrorKind::invalid,
         "{} has {} of rekorPublicKeyPath, rekorPublicKeyPaths, rekorPublicKeyData and "
         "rekorPublicKeyDatas; wanted one at most",
         object.where(), logs);
  }
  SigstoreSigned requirement{.signer = parse_key_lists(object, "key"),
                             .rekor_keys = parse_key_lists(object, "rekorPublicKey")};
  if (const Json* fulcio = object.find("fulcio")) {
    requirement.signer = parse_fulcio(*fulcio, object.path_of("fulcio"));
    if (logs == 0) {
      fail(ErrorKind::invalid,
           "{} has fulcio and no key of Rekor's, without which nobody knows when a certificate "
           "signed",
           object.where());
    }
  }
  if (const Json* pki = object.find("pki")) {
    requirement.signer = parse_pki(*pki, object.path_of("pki"));
    if (logs > 0) {
      fail(ErrorKind::invalid, "{} has pki and a key of Rekor's, which do not go together",
           object.where());
    }
  }
  requirement.identity = parse_signed_identity(object);
  return requirement;
}

}  // namespace lade::signing

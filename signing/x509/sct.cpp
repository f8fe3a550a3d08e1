// A log signs, before the certificate is issued, its moment and the certificate as it will be
// without the promises in it (RFC 6962, 3.2, "precert_entry"):
//
//   0 (v1) | 0 (certificate_timestamp) | time in ms: 8 bytes | 1 (precert_entry) |
//   SHA-256 of the issuer's SPKI | length: 3 bytes, TBSCertificate | length: 2 bytes, extensions
//
// OpenSSL reads the promises; it checks them against a list of logs from a file alone, so what is
// signed is put together here.
#include "signing/x509/sct.h"

#include <openssl/ct.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/keys/openssl.h"

namespace lade::signing {
namespace {

constexpr std::size_t extensions_limit_bytes = 0xffff;
constexpr std::size_t tbs_limit_bytes = 0xffffff;

void append_number(std::string& bytes, std::uint64_t value, int width) {
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
    bytes += static_cast<char>((value >> shift) & 0xff);
  }
}

std::string tbs_without_promises(const Certificate& leaf) {
  const std::unique_ptr<X509, Freeing<X509_free>> copy(X509_dup(leaf.handle()));
  if (!copy) fail(ErrorKind::internal, "no memory for a certificate");
  const int at = X509_get_ext_by_NID(copy.get(), NID_ct_precert_scts, -1);
  const std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION_free>> removed(
      X509_delete_ext(copy.get(), at));
  unsigned char* bytes = nullptr;
  const int size = i2d_re_X509_tbs(copy.get(), &bytes);
  if (size <= 0)
    fail(ErrorKind::internal, "a certificate is not written: {}", take_openssl_reasons());
  std::string tbs(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return tbs;
}

std::string signed_bytes(const SCT& sct, std::string_view tbs, const Certificate& issuer) {
  unsigned char* extensions = nullptr;
  const std::size_t size = SCT_get0_extensions(&sct, &extensions);
  if (size > extensions_limit_bytes || tbs.size() > tbs_limit_bytes) return {};
  std::string bytes(2, '\0');
  append_number(bytes, SCT_get_timestamp(&sct), 8);
  append_number(bytes, 1, 2);
  bytes += hash_bytes(MessageHash::sha256, issuer.public_key().der());
  append_number(bytes, tbs.size(), 3);
  bytes += tbs;
  append_number(bytes, size, 2);
  if (size != 0) bytes.append(reinterpret_cast<char*>(extensions), size);
  return bytes;
}

Timestamp time_of(const SCT& sct) {
  const std::uint64_t milliseconds = SCT_get_timestamp(&sct);
  return {.seconds = static_cast<std::int64_t>(milliseconds / 1000),
          .nanoseconds = static_cast<std::int32_t>(milliseconds % 1000 * 1'000'000)};
}

struct FreeScts {
  void operator()(STACK_OF(SCT) * list) const { SCT_LIST_free(list); }
};
using Scts = std::unique_ptr<STACK_OF(SCT), FreeScts>;

Scts promises_in(const Certificate& leaf) {
  int critical = 0;
  Scts found(static_cast<STACK_OF(SCT)*>(
      X509_get_ext_d2i(leaf.handle(), NID_ct_precert_scts, &critical, nullptr)));
  if (found && sk_SCT_num(found.get()) > 0) return found;
  take_openssl_reasons();
  if (critical == -1 || found) {
    fail(ErrorKind::denied,
         "the certificate {} holds no promise of a certificate transparency log (SCT)",
         leaf.name());
  }
  fail(ErrorKind::denied, "the promises of transparency logs in the certificate {} cannot be read",
       leaf.name());
}

/// Why this promise is not believed; nothing if it is.
std::optional<std::string> objection(const SCT& sct, const CtLog& log, std::string_view tbs,
                                     const Certificate& issuer) {
  if (SCT_get_version(&sct) != SCT_VERSION_V1) return "the promise is not of version 1";
  const Timestamp time = time_of(sct);
  if (!log.valid_for.contains(time)) {
    return fmt::format("{} promised at {}, and is believed {}", log.uri, to_rfc3339(time),
                       log.valid_for.str());
  }
  unsigned char* signature = nullptr;
  const std::size_t size = SCT_get0_signature(&sct, &signature);
  // both that the RFC has are made over SHA-256
  if (!log.key.verifies(signed_bytes(sct, tbs, issuer),
                        {reinterpret_cast<const char*>(signature), size},
                        {.hash = MessageHash::sha256})) {
    return "the signature of the promise is not one of " + log.uri;
  }
  return std::nullopt;
}

}  // namespace

std::vector<VerifiedSct> verify_scts(const Certificate& leaf, const Certificate& issuer,
                                     std::span<const CtLog> logs) {
  const Scts promises = promises_in(leaf);
  const std::string tbs = tbs_without_promises(leaf);
  std::vector<VerifiedSct> verified;
  std::vector<std::string> objections;
  for (int i = 0; i < sk_SCT_num(promises.get()); ++i) {
    const SCT& sct = *sk_SCT_value(promises.get(), i);
    unsigned char* id = nullptr;
    const std::size_t size = SCT_get0_log_id(&sct, &id);
    const std::string log_id(reinterpret_cast<const char*>(id), size);
    const auto log = std::find_if(logs.begin(), logs.end(),
                                  [&](const CtLog& known) { return known.log_id == log_id; });
    if (log == logs.end()) {
      objections.push_back(
          fmt::format("the log {} is not known", to_hex(std::as_bytes(std::span(log_id)))));
    } else if (auto reason = objection(sct, *log, tbs, issuer)) {
      objections.push_back(std::move(*reason));
    } else {
      verified.push_back({.log_uri = log->uri, .time = time_of(sct)});
    }
  }
  if (verified.empty()) {
    fail(ErrorKind::denied,
         "the certificate {} has no promise of a trusted certificate transparency log (SCT): {}",
         leaf.name(), join(objections, "; "));
  }
  return verified;
}

}  // namespace lade::signing

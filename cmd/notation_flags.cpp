#include "cmd/notation_flags.h"

#include "cmd/attach_target.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "signing/notation/trust_policy.h"
#include "signing/sigstore/cosign_blob.h"

namespace lade::cmd {
namespace {

constexpr std::uint64_t chain_limit_bytes = std::uint64_t{1} << 20;

std::string notation_directory(const Session& session) {
  const std::string home = session.variable("HOME").value_or("");
  return session.variable("XDG_CONFIG_HOME").value_or(home + "/.config") + "/notation";
}

/// Notation's own policy: the newer name first.
std::optional<std::string> find_policy(const Session& session) {
  for (const char* name : {"trustpolicy.oci.json", "trustpolicy.json"}) {
    std::string path = join_path(notation_directory(session), name);
    if (file_exists(path)) return path;
  }
  return std::nullopt;
}

signing::NotaryTrust trust_in_authority(const Session& session, const std::string& path) {
  const auto chain = signing::parse_certificate_file(read_file(path, chain_limit_bytes), path);
  return {.rule = "--certificate-chain", .authorities = {chain.back()}, .now = session.now()};
}

}  // namespace

std::string notation_trust_store(const Session& session) {
  return notation_directory(session) + "/truststore";
}

void NotationFlags::add_to(CLI::App& app) {
  app.add_option("--notation-trust-policy", policy,
                 "Whom to trust of Notary Project signatures: a trust policy of Notation (default: "
                 "its own, if nobody else is named to trust)")
      ->type_name("FILE");
  app.add_option("--notation-trust-store", store,
                 "Where the certificates are that it names (default: Notation's own trust store)")
      ->type_name("DIRECTORY");
}

std::optional<signing::NotaryTrust> NotationFlags::find_trust(const Session& session,
                                                              const TrustFlags& others,
                                                              const std::string& image) const {
  if (!is_given() && !others.is_silent()) return std::nullopt;
  if (!is_given() && !others.authorities.empty()) {
    return trust_in_authority(session, others.authorities);
  }
  const auto path = policy.empty() ? find_policy(session) : policy;
  if (!path) {
    if (!is_given()) return std::nullopt;
    fail(ErrorKind::not_found, "there is no trust policy of Notation below {}: give {}",
         notation_directory(session), "--notation-trust-policy");
  }
  const auto document =
      signing::parse_trust_policy(read_file(*path, signing::TrustPolicy::size_limit_bytes), *path);
  return trust_of(document, document.select(repository_of(image)),
                  store.empty() ? notation_trust_store(session) : store, session.now());
}

}  // namespace lade::cmd

#include "cmd/trust_flags.h"

#include <sys/stat.h>

#include "cmd/signing_keys.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "signing/sigstore/cosign_blob.h"

namespace lade::cmd {
namespace {

constexpr std::uint64_t chain_limit_bytes = std::uint64_t{1} << 20;
constexpr std::string_view public_good = "tuf-repo-cdn.sigstore.dev";

Timestamp modified_at(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) fail_errno("cannot look at {}", path);
  return {.seconds = facts.st_mtim.tv_sec,
          .nanoseconds = static_cast<std::int32_t>(facts.st_mtim.tv_nsec)};
}

/// What cosign has fetched: the root of the public instance, or else the newest of the others.
std::optional<std::string> find_cached(const Session& session) {
  const std::string home = session.variable("HOME").value_or("");
  const std::string cache = session.variable("TUF_ROOT").value_or(home + "/.sigstore/root");
  std::optional<std::string> newest;
  for (const std::string& repository : find_names(cache)) {
    const std::string path = join_path(cache, repository + "/targets/trusted_root.json");
    if (!file_exists(path)) continue;
    if (repository == public_good) return path;
    if (!newest || modified_at(*newest) < modified_at(path)) newest = path;
  }
  return newest;
}

std::string trusted_root_path(const Session& session, const std::string& given) {
  if (!given.empty()) return given;
  if (const auto set = session.variable("LADE_TRUSTED_ROOT")) return *set;
  if (const auto cached = find_cached(session)) return *cached;
  fail(ErrorKind::not_found,
       "there is no trusted root to check certificates, logs and timestamps with: give "
       "--trusted-root "
       "FILE, set LADE_TRUSTED_ROOT, or let cosign fetch one (cosign initialize)");
}

signing::WantedText wanted(const std::string& exact, const std::string& pattern,
                           const std::string& flag) {
  if (exact.empty() == pattern.empty()) {
    fail(ErrorKind::invalid,
         "a certificate's signer is told by both {} and {}: give one of {} and "
         "{}-regexp",
         "--certificate-identity", "--certificate-oidc-issuer", flag, flag);
  }
  return pattern.empty() ? signing::WantedText::exactly(exact)
                         : signing::WantedText::matching(pattern, flag + "-regexp");
}

/// A key as it was typed.
struct TypedKey {
  std::string reference;
  signing::TimeRange trusted{};
};

/// RFC 3339; a date alone is its first moment.
Timestamp parse_moment(const std::string& text, const std::string& flag) {
  const auto moment =
      parse_rfc3339(text.find('T') == std::string::npos ? text + "T00:00:00Z" : text);
  if (!moment) {
    fail(ErrorKind::invalid, "{}: wanted a date or a time such as 2026-12-31T23:59:59Z, got \"{}\"",
         flag, printable(text));
  }
  return *moment;
}

/// "KEY[,not-before=TIME][,not-after=TIME]"; a comma of another kind belongs to the key.
TypedKey parse_key(std::string text) {
  TypedKey key;
  for (;;) {
    const auto comma = text.rfind(',');
    const std::string part = comma == std::string::npos ? "" : text.substr(comma + 1);
    constexpr std::string_view before = "not-before=";
    constexpr std::string_view after = "not-after=";
    if (part.starts_with(before)) {
      key.trusted.start = parse_moment(part.substr(before.size()), "--key …,not-before");
    } else if (part.starts_with(after)) {
      key.trusted.end = parse_moment(part.substr(after.size()), "--key …,not-after");
    } else {
      break;
    }
    text.resize(comma);
  }
  key.reference = std::move(text);
  return key;
}

}  // namespace

void TrustFlags::add_to(CLI::App& app) {
  app.add_option(
         "--key", keys,
         "A public key that may have signed: a PEM file, env://NAME or a pkcs11: URI; alone "
         "it is enough, with --trusted-root a log must know the signature, too. It counts from "
         "not-before until not-after, as of when a log or an authority says that it signed, else "
         "as of now")
      ->type_name("KEY[,not-before=TIME][,not-after=TIME]")
      ->allow_extra_args(false);
  app.add_option("--certificate-identity", identity,
                 "Who the signer's certificate has to be for: an email address, a URI")
      ->type_name("NAME");
  app.add_option("--certificate-identity-regexp", identity_pattern,
                 "The same by a pattern (RE2) that matches somewhere in the name")
      ->type_name("PATTERN");
  app.add_option("--certificate-oidc-issuer", issuer, "Who has to have vouched for the signer")
      ->type_name("URL");
  app.add_option("--certificate-oidc-issuer-regexp", issuer_pattern, "The same by a pattern (RE2)")
      ->type_name("PATTERN");
  app.add_option("--trusted-root", trusted_root,
                 "Whose certificates, logs and timestamps are believed: a trusted_root.json "
                 "(LADE_TRUSTED_ROOT)")
      ->type_name("FILE");
  app.add_option(
         "--certificate-chain", authorities,
         "Believe certificates of this authority instead: its certificates in PEM, the root "
         "last; alone, whom to trust of Notary Project signatures")
      ->type_name("FILE");
  app.add_flag("--use-signed-timestamps", use_signed_timestamps,
               "A time-stamp authority has to tell when it was signed");
  app.add_flag("--insecure-ignore-tlog", ignore_log, "No transparency log has to know of it");
  app.add_flag("--insecure-ignore-sct", ignore_sct,
               "No certificate transparency log has to know of the certificate");
}

bool TrustFlags::names_anybody() const {
  return !keys.empty() || !identity.empty() || !identity_pattern.empty();
}

bool TrustFlags::is_silent() const {
  return !names_anybody() && issuer.empty() && issuer_pattern.empty() && trusted_root.empty();
}

Trust TrustFlags::read(const Session& session) const {
  Trust trust;
  signing::VerifyOptions& options = trust.options;
  for (const std::string& text : keys) {
    const TypedKey typed = parse_key(text);
    options.keys.emplace_back(open_public_key(session, {.reference = typed.reference}).key,
                              typed.trusted);
  }
  const bool names_signer =
      !identity.empty() || !identity_pattern.empty() || !issuer.empty() || !issuer_pattern.empty();
  if (names_signer) {
    options.identities.push_back(
        {.name = wanted(identity, identity_pattern, "--certificate-identity"),
         .issuer = wanted(issuer, issuer_pattern, "--certificate-oidc-issuer")});
  }
  if (!names_signer && keys.empty()) {
    fail(ErrorKind::invalid,
         "nobody was named to trust: give --key, or --certificate-identity and "
         "--certificate-oidc-issuer");
  }
  // who has the key needs nobody else; a log counts if somebody says which are believed
  const bool key_alone = !names_signer && trusted_root.empty();
  options.log_entries = ignore_log || key_alone ? 0 : 1;
  options.timestamps = use_signed_timestamps ? 1 : 0;
  options.require_sct = !ignore_sct;
  options.now = session.now();
  const bool needs_root = options.log_entries > 0 || use_signed_timestamps ||
                          (names_signer && (authorities.empty() || !ignore_sct));
  if (needs_root || !trusted_root.empty()) {
    const std::string path = trusted_root_path(session, trusted_root);
    trust.used = {.path = path, .modified = modified_at(path)};
    options.trusted_root =
        signing::parse_trusted_root(read_file(path, signing::TrustedRoot::size_limit_bytes), path);
  }
  if (!authorities.empty()) {
    options.trusted_root.certificate_authorities = {
        {.chain = signing::parse_certificate_file(read_file(authorities, chain_limit_bytes),
                                                  authorities)}};
  }
  return trust;
}

}  // namespace lade::cmd

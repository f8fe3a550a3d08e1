#include "cmd/service_flags.h"

#include "cmd/identity.h"
#include "cmd/secret_input.h"
#include "cmd/web_client.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "signing/keyless/fulcio.h"
#include "signing/keyless/signing_config.h"
#include "signing/x509/identity.h"

namespace lade::cmd {
namespace {

using signing::SigningServices;

SigningServices services_of(const Session& session, const ServiceFlags& flags) {
  SigningServices services;
  if (!flags.signing_config.empty()) {
    services = signing::choose_services(
        read_file(flags.signing_config, signing::signing_config_limit_bytes), flags.signing_config,
        session.now(),
        {.logs = flags.upload != false && flags.rekor_url.empty(),
         .timestamp_authorities = flags.timestamp_url.empty()});
  }
  if (!flags.fulcio_url.empty()) services.fulcio_url = flags.fulcio_url;
  if (!flags.rekor_url.empty()) {
    services.logs = {{.url = flags.rekor_url, .api_version = flags.rekor_version}};
  }
  if (!flags.timestamp_url.empty()) services.timestamp_authorities = {flags.timestamp_url};
  if (flags.upload == false) services.logs.clear();
  if (!flags.trusted_root.empty() && services.logs.empty() &&
      services.timestamp_authorities.empty()) {
    fail(ErrorKind::invalid,
         "--trusted-root has nothing to check: no service is named that answers (--rekor-url, "
         "--timestamp-server-url, --signing-config)");
  }
  if (flags.upload == true && services.logs.empty()) {
    fail(ErrorKind::invalid,
         "--tlog-upload names no transparency log: give --rekor-url or --signing-config");
  }
  return services;
}

signing::Witnesses witnesses_of(const Session& session, const ServiceFlags& flags,
                                const SigningServices& services) {
  signing::Witnesses witnesses{.logs = services.logs,
                               .timestamp_authorities = services.timestamp_authorities};
  if (witnesses.logs.empty() && witnesses.timestamp_authorities.empty()) return witnesses;
  std::string path = flags.trusted_root;
  if (path.empty()) path = session.variable("LADE_TRUSTED_ROOT").value_or("");
  if (!path.empty()) {
    witnesses.trusted_root =
        signing::parse_trusted_root(read_file(path, signing::TrustedRoot::size_limit_bytes), path);
  }
  return witnesses;
}

void require_time(const signing::Witnesses& witnesses) {
  if (witnesses.tell_time()) return;
  fail(ErrorKind::invalid,
       "{}: nobody could tell later that the certificate, which lives for minutes, was valid when "
       "it signed; give {}",
       witnesses.logs.empty() ? "there is neither a transparency log nor a time-stamp authority"
                              : "Rekor v2 tells no times, and there is no time-stamp authority",
       witnesses.logs.empty() ? "--rekor-url or --timestamp-server-url" : "--timestamp-server-url");
}

}  // namespace

void ServiceFlags::add_to(CLI::App& app) {
  app.add_option("--fulcio-url", fulcio_url,
                 "Sign without a key of one's own: who issues a certificate for an identity token")
      ->type_name("URL");
  app.add_option("--rekor-url", rekor_url, "The transparency log to enter signatures into")
      ->type_name("URL");
  app.add_option("--rekor-version", rekor_version, "The version of its API: 1 or 2")
      ->check(CLI::IsMember({1, 2}))
      ->capture_default_str();
  app.add_option("--timestamp-server-url", timestamp_url,
                 "The time-stamp authority (RFC 3161) to ask, with its path")
      ->type_name("URL");
  app.add_option("--signing-config", signing_config,
                 "Take these services from a signing configuration of Sigstore's (0.2)")
      ->type_name("FILE");
  app.add_flag_function(
      "--tlog-upload", [this](std::int64_t value) { upload = value > 0; },
      "Whether to enter signatures into the log that is named (default: yes)");
  app.add_option("--identity-token", token,
                 "Who signs, without a key: an identity token or a file that holds one (default: "
                 "SIGSTORE_ID_TOKEN, then what GitHub, Buildkite or CircleCI give)")
      ->type_name("TOKEN|FILE");
  app.add_option("--oidc-client-id", audience, "The audience that the token has to be for")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--trusted-root", trusted_root,
                 "Write nothing that does not verify with this trusted_root.json "
                 "(LADE_TRUSTED_ROOT)")
      ->type_name("FILE");
}

bool ServiceFlags::name_anybody() const {
  return !fulcio_url.empty() || !rekor_url.empty() || !timestamp_url.empty() ||
         !signing_config.empty() || !token.empty();
}

Json OpenedSigner::record() const {
  if (!is_keyless()) return {{"key", signer->public_key().id().str()}};
  const auto identity = signing::identity_of(vouchers.certificates.front());
  return {{"certificate", {{"identity", identity.str()}, {"issuer", identity.issuer}}}};
}

OpenedSigner open_signer(Session& session, const KeyFlags& key, const ServiceFlags& flags) {
  const SigningServices services = services_of(session, flags);
  signing::Witnesses witnesses = witnesses_of(session, flags, services);
  const auto client = std::make_shared<HttpWebClient>(session.http());
  OpenedSigner opened;
  if (!key.reference.empty()) {
    if (!flags.token.empty()) {
      fail(ErrorKind::invalid, "--key and --identity-token are two ways to sign: give one");
    }
    opened.signer = open_signer(session, key);
  } else {
    if (services.fulcio_url.empty()) {
      fail(ErrorKind::invalid,
           "nobody signs: give --key, or --fulcio-url (or a --signing-config that names one) to "
           "sign with an identity token");
    }
    require_time(witnesses);
    hide_memory();
    const signing::IdentityToken token =
        find_identity(session, *client, flags.token, flags.audience);
    opened.signer = std::make_unique<signing::PrivateKey>(
        signing::PrivateKey::generate(signing::KeyKind::ecdsa_p256));
    opened.vouchers.certificates =
        request_certificate(*client, services.fulcio_url, token, *opened.signer);
  }
  opened.vouchers.by_hash = !witnesses.logs.empty();
  for (const signing::LogService& log : witnesses.logs) {
    opened.asks_rekor_v2 = opened.asks_rekor_v2 || log.api_version > 1;
  }
  if (witnesses.logs.empty() && witnesses.timestamp_authorities.empty()) return opened;
  signing::SignerKey who{.key = opened.signer->public_key()};
  if (opened.is_keyless()) who.certificate = opened.vouchers.certificates.front();
  opened.vouchers.witness = [client, witnesses = std::move(witnesses), who](
                                signing::SignedMaterial& material,
                                const signing::Artifact& artifact) {
    witness(*client, witnesses, material, artifact, who);
  };
  return opened;
}

}  // namespace lade::cmd

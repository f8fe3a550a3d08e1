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
    services.logs = {{.url = flags.rekor_url, .api_version = flags.rekor_version.value_or(1)}};
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
                               .timestamp_authorities = services.timestamp_authorities,
                               .trusted_root = {},
                               .require_sct = !flags.ignore_sct};
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

/// No flag is passed over in silence.
void require_meant(const KeyFlags& key, const ServiceFlags& flags) {
  if (flags.rekor_version && flags.rekor_url.empty()) {
    fail(ErrorKind::invalid, "--rekor-version is of the log that --rekor-url names: give both");
  }
  if (key.reference.empty()) return;
  const char* other = !flags.token.empty()        ? "--identity-token"
                      : !flags.fulcio_url.empty() ? "--fulcio-url"
                      : flags.audience            ? "--oidc-client-id"
                      : flags.ignore_sct          ? "--insecure-ignore-sct"
                                                  : nullptr;
  if (other == nullptr) return;
  fail(ErrorKind::invalid, "--key and {} are two ways to sign: give one", other);
}

}  // namespace

void ServiceFlags::add_to(CLI::App& app) {
  const auto add_text = [&app](const char* name, std::string& text, const char* help,
                               const char* type) {
    app.add_option(name, text, help)->type_name(type)->check(not_empty());
  };
  add_text("--fulcio-url", fulcio_url,
           "Sign without a key of one's own: who issues a certificate for an identity token",
           "URL");
  add_text("--rekor-url", rekor_url, "The transparency log to enter signatures into", "URL");
  app.add_option("--rekor-version", rekor_version, "The version of its API: 1 or 2 (default: 1)")
      ->check(CLI::IsMember({1, 2}));
  add_text("--timestamp-server-url", timestamp_url,
           "The time-stamp authority (RFC 3161) to ask, with its path", "URL");
  add_text("--signing-config", signing_config,
           "Take these services from a signing configuration of Sigstore's (0.2)", "FILE");
  app.add_flag_function(
      "--tlog-upload", [this](std::int64_t value) { upload = value > 0; },
      "Whether to enter signatures into the log that is named (default: yes)");
  add_text("--identity-token", token,
           "Who signs, without a key: an identity token or a file that holds one (default: "
           "SIGSTORE_ID_TOKEN, then what GitHub, Buildkite or CircleCI give)",
           "TOKEN|FILE");
  app.add_option("--oidc-client-id", audience,
                 "The audience that the token has to be for (default: sigstore)")
      ->type_name("NAME")
      ->check(not_empty());
  add_text("--trusted-root", trusted_root,
           "Write nothing that does not verify with this trusted_root.json (LADE_TRUSTED_ROOT)",
           "FILE");
  app.add_flag("--insecure-ignore-sct", ignore_sct,
               "No certificate transparency log of that root has to know of the certificate");
}

bool ServiceFlags::is_silent() const {
  return fulcio_url.empty() && rekor_url.empty() && !rekor_version && timestamp_url.empty() &&
         signing_config.empty() && !upload && token.empty() && !audience && trusted_root.empty() &&
         !ignore_sct;
}

bool SignerPlan::exceeds_cosign() const {
  return witnesses.logs.size() > 1 || witnesses.timestamp_authorities.size() > 1 ||
         (!witnesses.logs.empty() && witnesses.logs.front().api_version > 1);
}

Json OpenedSigner::record() const {
  if (!is_keyless()) return {{"key", signer->public_key().id().str()}};
  const auto identity = signing::identity_of(vouchers.certificates.front());
  return {{"certificate", {{"identity", identity.str()}, {"issuer", identity.issuer}}}};
}

SignerPlan plan_signer(const Session& session, const KeyFlags& key, const ServiceFlags& flags) {
  require_meant(key, flags);
  SigningServices services = services_of(session, flags);
  SignerPlan plan{.signer = {}, .witnesses = witnesses_of(session, flags, services)};
  if (!key.reference.empty()) {
    plan.signer = open_signer(session, key);
    return plan;
  }
  if (services.fulcio_url.empty()) {
    fail(ErrorKind::invalid,
         "nobody signs: give --key, or --fulcio-url (or a --signing-config that names one) to "
         "sign with an identity token");
  }
  require_time(plan.witnesses);
  plan.fulcio_url = std::move(services.fulcio_url);
  plan.token = flags.token;
  plan.audience = flags.audience.value_or("sigstore");
  hide_memory();
  plan.signer = std::make_unique<signing::PrivateKey>(
      signing::PrivateKey::generate(signing::KeyKind::ecdsa_p256));
  return plan;
}

OpenedSigner open_signer(Session& session, SignerPlan plan) {
  const auto client = std::make_shared<HttpWebClient>(session.http());
  OpenedSigner opened{.signer = std::move(plan.signer)};
  if (plan.is_keyless()) {
    const signing::IdentityToken token = find_identity(session, *client, plan.token, plan.audience);
    opened.vouchers.certificates =
        request_certificate(*client, plan.fulcio_url, token, *opened.signer);
  }
  opened.vouchers.by_hash = !plan.witnesses.logs.empty();
  if (plan.witnesses.logs.empty() && plan.witnesses.timestamp_authorities.empty()) return opened;
  signing::SignerKey who{.key = opened.signer->public_key()};
  if (opened.is_keyless()) who.certificate = opened.vouchers.certificates.front();
  opened.vouchers.witness = [client, witnesses = std::move(plan.witnesses), who](
                                signing::SignedMaterial& material,
                                const signing::Artifact& artifact) {
    witness(*client, witnesses, material, artifact, who);
  };
  return opened;
}

}  // namespace lade::cmd

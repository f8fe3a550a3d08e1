#include "cmd/copy_signing.h"

#include <unistd.h>

#include <array>

#include "cmd/attach_target.h"
#include "cmd/secret_input.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "registry/client/docker_transport.h"
#include "signing/attest/predicate_types.h"
#include "signing/gpg/sign.h"
#include "signing/image/sign_image.h"
#include "signing/sigstore/simple_signing.h"

namespace lade::cmd {
namespace {

/// Who does this, as far as the machine knows.
std::string usual_actor(const Session& session) {
  if (const auto actor = session.variable("LADE_ACTOR")) return *actor;
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  const std::string user =
      session.variable("USER").value_or(fmt::format("uid {}", static_cast<unsigned>(::getuid())));
  return fmt::format("{}@{}", user, host.data());
}

}  // namespace

void CopySigning::add_to(CLI::App& app) {
  auto* key_flag = key.add_to(app, "Sign the image where it went, with this private key", "sign-");
  app.add_option_function<std::string>(
         "--sign-by-sigstore-private-key",
         [this](const std::string& file) {
           key.reference = file;
           cosign_only = true;
         },
         "The same with a signature under cosign's tag alone")
      ->type_name("FILE")
      ->check(not_empty())
      ->excludes(key_flag);
  app.add_option("--sign-by", gpg_key,
                 "Sign with this key of gpg's: a file beside the image (dir:, or docker:// where "
                 "registries.d has lookaside-staging)")
      ->type_name("KEY")
      ->check(not_empty());
  app.add_option("--sign-identity", identity, "The name to sign it for (default: its name there)")
      ->type_name("NAME");
  app.add_flag("--record-delivery", record_delivery,
               "Attach a signed record of this delivery: source, destination, digest, time, actor");
  delivery_key.add_to(app, "The private key that signs that record", "delivery-");
  app.add_option("--delivery-actor", actor, "Who delivers (default: LADE_ACTOR, else user@host)")
      ->type_name("NAME");
}

void CopySigning::require_whole() const {
  if (record_delivery && delivery_key.reference.empty()) {
    fail(ErrorKind::invalid, "--record-delivery needs --delivery-key: the record is signed");
  }
  if (gpg_key.empty()) return;
  if (!key.reference.empty() && !key.passphrase.is_silent()) {
    fail(ErrorKind::invalid,
         "one passphrase cannot be that of --sign-by and of another key: leave the former to gpg's "
         "agent");
  }
  if (identity.empty()) return;
  const Reference name = Reference::parse(identity);
  if (!name.tag() && !name.digest()) {
    fail(ErrorKind::invalid,
         "--sign-identity {}: --sign-by wants a whole name, with a tag or digest",
         printable(identity));
  }
}

void CopySigning::prepare(Session& session, std::string_view transport,
                          CopyOptions& options) const {
  if (gpg_key.empty()) return;
  if (identity.empty() && transport == "dir") {
    fail(ErrorKind::invalid, "an image in dir: has no name to be signed for: give --sign-identity");
  }
  if (!gpg_signer_) {
    gpg_signer_ = std::make_shared<signing::GpgSigner>(signing::GpgSigner{.key = gpg_key});
    if (!key.passphrase.is_silent()) {
      hide_memory();
      gpg_signer_->passphrase = find_passphrase(key.passphrase);
    }
  }
  const std::int64_t seconds = session.source_date_epoch().value_or(session.now()).seconds;
  options.sign_file = [signer = gpg_signer_, name = identity, seconds](
                          const ImageDestination& destination, const RawManifest& manifest) {
    const Reference signed_name =
        name.empty()
            ? registry::DockerTransport::parse(parse_image_name(destination.name()).details)
            : Reference::parse(name);
    const signing::SimpleSigning claim{.docker_reference = signed_name.str(),
                                       .manifest_digest = manifest.digest,
                                       .type = std::string(signing::SimpleSigning::atomic_type),
                                       .optional = {{"creator", "lade"}, {"timestamp", seconds}}};
    return signing::sign_with_gpg(to_bytes(claim), *signer);
  };
}

void CopySigning::carry_out(Session& session, const std::string& source,
                            const ImageName& destination, const TransportContext& context,
                            const CopyReport& report) const {
  const bool delivered = record_delivery && !report.unchanged;
  if (key.reference.empty() && !delivered) return;
  const Descriptor& image = report.target;
  if (!key.reference.empty() && !signer_) signer_ = open_signer(session, key);
  if (delivered && !delivery_signer_) delivery_signer_ = open_signer(session, delivery_key);
  const AttachTarget target = open_attach_target(session, destination, context);
  const Timestamp now = session.source_date_epoch().value_or(session.now());
  if (!key.reference.empty()) {
    sign_image(target.open, *target.destination, image, *signer_,
               {.docker_reference = identity.empty() ? target.docker_reference : identity,
                .now = now,
                .bundle = !cosign_only});
  }
  if (!delivered) return;
  signing::Statement statement;
  statement.subjects = {signing::subject_of(target.docker_reference, image.digest)};
  statement.predicate_type = signing::predicate_type_of("delivery");
  statement.predicate = Json{{"source", source},
                             {"destination", destination.str()},
                             {"digest", image.digest.str()},
                             {"time", to_rfc3339(now)},
                             {"actor", actor.empty() ? usual_actor(session) : actor}};
  attach(*target.destination, {sign_statement(statement, image, *delivery_signer_, now)});
}

}  // namespace lade::cmd

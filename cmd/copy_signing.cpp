#include "cmd/copy_signing.h"

#include <unistd.h>

#include <array>

#include "cmd/attach_target.h"
#include "cmd/predicate_types.h"
#include "libimage/base/error.h"
#include "signing/image/sign_image.h"

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
  key.add_to(app, "Sign the image where it went, with this private key", "sign-");
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
    sign_image(
        target.open, *target.destination, image, *signer_,
        {.docker_reference = identity.empty() ? target.docker_reference : identity, .now = now});
  }
  if (!delivered) return;
  signing::Statement statement;
  statement.subjects = {signing::subject_of(target.docker_reference, image.digest)};
  statement.predicate_type = predicate_type_of("delivery");
  statement.predicate = Json{{"source", source},
                             {"destination", destination.str()},
                             {"digest", image.digest.str()},
                             {"time", to_rfc3339(now)},
                             {"actor", actor.empty() ? usual_actor(session) : actor}};
  attach(*target.destination, {sign_statement(statement, image, *delivery_signer_, now)});
}

}  // namespace lade::cmd

#include "cmd/command.h"
#include "cmd/image_trail.h"
#include "cmd/notation_flags.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/trust_flags.h"
#include "libimage/base/text.h"
#include "libimage/image/instance.h"

namespace lade::cmd {
namespace {

struct TrailFlags {
  std::string image;
  TrustFlags trust;
  NotationFlags notation;
  std::string format;
};

std::string text_of(const TrailEntry& entry) {
  const std::string time = entry.time ? to_rfc3339(*entry.time) : "-";
  return fmt::format("{:<20}  {:<9}  {}\n{:<20}  {:<9}  {}{}, {}\n", time, entry.kind,
                     printable(entry.summary), "", "", entry.standing,
                     entry.reason.empty() ? "" : ": " + printable(entry.reason), entry.place);
}

/// Nothing if nobody is named to trust: then nothing is checked.
std::optional<signing::ImageVerifyOptions> options_of(const Session& session,
                                                      const TrailFlags& flags,
                                                      const std::string& image) {
  const bool names_notaries = flags.notation.is_given() || !flags.trust.authorities.empty();
  if (!flags.trust.names_anybody() && !names_notaries) return std::nullopt;
  signing::ImageVerifyOptions options;
  if (flags.trust.names_anybody()) options.verify = flags.trust.read(session).options;
  if (names_notaries) options.notary = flags.notation.find_trust(session, flags.trust, image);
  return options;
}

void run(Session& session, const TrailFlags& flags) {
  const auto source = session.open_image(flags.image);
  const auto options = options_of(session, flags, source->name());
  const RawManifest manifest = read_manifest(*source);
  const std::vector<TrailEntry> entries = read_trail(*source, manifest, options, session.now());
  if (flags.format == "html") {
    return session.print(trail_page(source->name(), manifest.digest, entries));
  }
  if (!flags.format.empty()) {
    Json record = Json::object();
    record["schemaVersion"] = 1;
    record["image"] = source->name();
    record["digest"] = manifest.digest.str();
    record["trail"] = Json::array();
    for (const TrailEntry& entry : entries) record["trail"].push_back(record_of(entry));
    return session.print(format_record(record, flags.format));
  }
  std::string text = fmt::format("{}\n{}\n", source->name(), manifest.digest.str());
  for (const TrailEntry& entry : entries) text += text_of(entry);
  if (entries.empty()) text += "nothing is attached to it\n";
  session.print(text);
}

}  // namespace

void declare_trail(CLI::App& app, Session& session) {
  explain(app,
          "Tells what became of an image, in the order of time: how it was built, who signed, "
          "described and certified it, where it was delivered; and of each record whether it is "
          "signed and, if keys or identities are given, whether it verifies. As text, JSON, or a "
          "page (--format html).",
          "  lade trail app:1\n"
          "  lade trail --key cosign.pub --insecure-ignore-tlog docker://registry.example/app:1\n"
          "  lade trail --format html app:1 > trail.html\n");
  const auto flags = std::make_shared<TrailFlags>();
  app.add_option("image", flags->image, "What it is about")->required()->type_name("IMAGE");
  flags->trust.add_to(app);
  flags->notation.add_to(app);
  app.add_option("--format", flags->format, "json, html, or a Go template")->type_name("FORMAT");
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd

#include "cmd/build_flags.h"
#include "cmd/db_command.h"
#include "cmd/output/man.h"
#include "cmd/vulndb.h"
#include "libimage/base/error.h"
#include "libimage/base/mapped_bytes.h"
#include "libimage/base/text.h"
#include "libimage/image/artifact.h"
#include "libimage/oci/hasher.h"
#include "libimage/stream/codec.h"

namespace lade::cmd {
namespace {

struct DbPushFlags {
  std::string name;
  std::vector<std::string> providers;
};

void put_blob(ImageDestination& destination, const Descriptor& blob, std::string_view bytes) {
  if (destination.has_blob(blob)) return;
  const auto writer = destination.begin_blob(blob);
  const std::uint64_t held = writer->held_bytes();
  writer->write(bytes.substr(held < bytes.size() ? held : bytes.size()));
  writer->finish();
  writer->commit(&blob);
}

/// Packed the same for the same file, whatever the machine.
Descriptor put_file(ImageDestination& destination, const std::string& path, std::string_view title,
                    std::string_view media_type) {
  StringSink packed;
  const auto encoder = make_encoder(packed, {.compression = Compression::zstd});
  const MappedBytes file = MappedBytes::of_file(path);
  encoder->write(file.view());
  encoder->finish();
  Descriptor blob{std::string(media_type), digest_of(packed.text()), packed.text().size()};
  put_blob(destination, blob, packed.text());
  blob.annotations["org.opencontainers.image.title"] = title;
  return blob;
}

std::vector<Descriptor> put_provider(ImageDestination& destination,
                                     const sbom::DatabaseFolder& folder,
                                     const std::string& provider) {
  const std::string stamp = folder.find_stamp(provider);
  std::vector<Descriptor> blobs{put_file(destination, folder.records_path(provider),
                                         provider + ".vuln.zst", vulndb_records_type)};
  if (const auto texts = folder.find_texts_path(provider)) {
    blobs.push_back(put_file(destination, *texts, provider + ".text.zst", vulndb_texts_type));
  }
  for (Descriptor& blob : blobs) {
    blob.annotations[std::string(vulndb_provider_annotation)] = provider;
    blob.annotations[std::string(vulndb_stamp_annotation)] = stamp;
  }
  if (folder.find_stamp(provider) != stamp) {
    fail(ErrorKind::conflict, "the data of {} was replaced while it was pushed", provider);
  }
  return blobs;
}

void push_databases(Session& session, const DbPushFlags& flags) {
  session.heed_signals();
  const sbom::DatabaseFolder folder = vulndb_folder(session);
  const std::vector<std::string> providers =
      flags.providers.empty() ? folder.providers() : flags.providers;
  if (providers.empty()) {
    fail(ErrorKind::not_found, "there is no data on vulnerabilities: lade db import");
  }
  for (const std::string& provider : providers) folder.open(provider);
  const auto destination = open_destination(parse_image_name(flags.name), session.transports());
  ArtifactOptions artifact{.artifact_type = std::string(vulndb_artifact_type)};
  std::optional<Timestamp> newest;
  for (const std::string& provider : providers) {
    const auto task = session.progress().begin(provider, folder.size_bytes(provider));
    for (Descriptor& blob : put_provider(*destination, folder, provider)) {
      artifact.blobs.push_back(std::move(blob));
    }
    const auto time = folder.open(provider).records->info().data_time;
    if (time && (!newest || *newest < *time)) newest = time;
    task->finish("done");
  }
  if (newest) artifact.annotations["org.opencontainers.image.created"] = to_rfc3339(*newest);
  put_blob(*destination, empty_descriptor(), empty_blob);
  const RawManifest manifest = author_artifact(artifact);
  destination->put_manifest(manifest);
  destination->commit(manifest);
  session.print(manifest.digest.str() + "\n");
}

}  // namespace

void declare_db_push(CLI::App& app, Session& session) {
  explain(app,
          "Puts the data on a registry, or wherever images can be, as an artifact with two layers "
          "for each provider: records and descriptions. The same data is the same artifact. "
          "Prints its digest; lade sign signs it.",
          "  lade db push docker://registry.example/security/vulndb:today\n"
          "  lade sign --key vulndb.key docker://registry.example/security/vulndb:today\n"
          "  lade db push --provider debian --provider kev oci:vulndb");
  const auto flags = std::make_shared<DbPushFlags>();
  app.add_option("REF", flags->name, "Where to, any transport")->required();
  app.add_option("--provider", flags->providers, "Only this one's (default: all); may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  session.network().add_to(app);
  app.callback([&session, flags] { push_databases(session, *flags); });
}

}  // namespace lade::cmd

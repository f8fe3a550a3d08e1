#include <algorithm>
#include <map>

#include "cmd/db_command.h"
#include "cmd/output/man.h"
#include "cmd/trust_flags.h"
#include "cmd/vulndb.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/stream/codec.h"
#include "libimage/stream/digester.h"
#include "sbom/vulndata/importer.h"
#include "signing/image/verify_image.h"

namespace lade::cmd {
namespace {

struct DbPullFlags {
  std::string name;
  std::vector<std::string> providers;
  TrustFlags trust;
  bool records_only = false;
};

/// The layers of one provider.
struct ProviderLayers {
  const Descriptor* records = nullptr;
  const Descriptor* texts = nullptr;
  std::string stamp{};
};

std::string annotation_of(const Descriptor& layer, std::string_view key) {
  const auto found = layer.annotations.find(std::string(key));
  return found == layer.annotations.end() ? "" : found->second;
}

std::map<std::string, ProviderLayers> layers_of(const Manifest& manifest, const std::string& what) {
  std::map<std::string, ProviderLayers> providers;
  for (const Descriptor& layer : manifest.layers) {
    const bool is_records = layer.media_type == vulndb_records_type;
    if (!is_records && layer.media_type != vulndb_texts_type) continue;
    const std::string provider = annotation_of(layer, vulndb_provider_annotation);
    if (!sbom::is_provider_name(provider)) {
      fail(ErrorKind::invalid, "{} has data of a provider called \"{}\"", what,
           printable(provider));
    }
    ProviderLayers& layers = providers[provider];
    (is_records ? layers.records : layers.texts) = &layer;
    if (is_records) layers.stamp = annotation_of(layer, vulndb_stamp_annotation);
  }
  std::erase_if(providers, [](const auto& entry) { return entry.second.records == nullptr; });
  return providers;
}

void require_signature(const Session& session, ImageSource& source, const RawManifest& manifest,
                       const TrustFlags& flags) {
  if (!flags.names_anybody()) return;
  const auto answer =
      signing::verify_image(source, manifest.digest, {.verify = flags.read(session).options});
  if (answer.verdict == signing::Verdict::valid) return;
  fail(kind_of(answer.verdict), "{}: the signature of {} is {}: {}", source.name(),
       manifest.digest.str(), to_string(answer.verdict), answer.reason);
}

std::string fetch_layer(ImageSource& source, const Descriptor& layer, ProgressTask& task) {
  constexpr std::uint64_t file_limit_bytes = std::uint64_t{8} << 30U;
  const std::string what = fmt::format("{} of {}", layer.digest.str(), source.name());
  const auto unpacked = open_decoder(
      std::make_unique<VerifiedSource>(source.open_blob(layer), layer, what), Compression::zstd);
  std::string bytes = read_all(*unpacked, file_limit_bytes, what);
  task.advance(layer.size_bytes);
  return bytes;
}

/// Nothing is put in place that is not whole and of this provider.
void take_provider(Session& session, ImageSource& source, const std::string& provider,
                   const ProviderLayers& layers, bool records_only) {
  const sbom::DatabaseFolder folder = vulndb_folder(session);
  const auto task = session.progress().begin(provider, layers.records->size_bytes);
  const bool is_there = !layers.stamp.empty() && folder.find_stamp(provider) == layers.stamp &&
                        (records_only || folder.find_texts_path(provider));
  if (is_there) {
    task->finish("exists");
    session.print(provider + ": is there\n");
    return;
  }
  sbom::DatabaseBuilder::Files files{fetch_layer(source, *layers.records, *task), ""};
  const auto database = sbom::ProviderDatabase::from_bytes(files.records, provider);
  database->verify();
  if (database->info().name != provider) {
    fail(ErrorKind::corrupt, "{} calls the data of {} that of {}", source.name(),
         printable(database->info().name), provider);
  }
  if (layers.texts != nullptr && !records_only) {
    files.texts = fetch_layer(source, *layers.texts, *task);
    const auto texts = sbom::ProviderTexts::from_bytes(files.texts, provider);
    for (std::uint64_t i = 0; i < database->info().advisories; ++i) texts->text_of(i);
  }
  folder.put(provider, files);
  task->finish("done");
  session.print(provider + ": pulled\n");
}

void pull_databases(Session& session, const DbPullFlags& flags) {
  session.heed_signals();
  const auto source = open_source(parse_image_name(flags.name), session.transports());
  const RawManifest raw = source->manifest();
  require_own_digest(raw);
  const Manifest manifest = parse_manifest(raw.bytes, raw.media_type, source->name());
  if (artifact_type_of(manifest) != vulndb_artifact_type) {
    fail(ErrorKind::invalid, "{}: wanted an artifact of the type {}, got {}", source->name(),
         vulndb_artifact_type, printable(artifact_type_of(manifest)));
  }
  require_signature(session, *source, raw, flags.trust);
  const auto all = layers_of(manifest, source->name());
  std::vector<std::string> wanted = flags.providers;
  for (const auto& [provider, layers] : all) {
    if (flags.providers.empty()) wanted.push_back(provider);
  }
  for (const std::string& provider : wanted) {
    if (!all.contains(provider)) {
      fail(ErrorKind::not_found, "{} has no data of {}", source->name(), printable(provider));
    }
  }
  for (const std::string& provider : wanted) {
    take_provider(session, *source, provider, all.at(provider), flags.records_only);
  }
}

}  // namespace

void declare_db_pull(CLI::App& app, Session& session) {
  explain(app,
          "Brings data that `lade db push` put somewhere. Only what is asked for and not there "
          "yet is fetched; digests and the data's own checksums are verified before it replaces "
          "anything. With --key, or a name that a certificate has to be for, the artifact must "
          "have been signed, which is looked at first.",
          "  lade db pull docker://registry.example/security/vulndb:today\n"
          "  lade db pull --key vulndb.pub --provider debian --provider kev "
          "docker://registry.example/security/vulndb:today");
  const auto flags = std::make_shared<DbPullFlags>();
  app.add_option("REF", flags->name, "Where from, any transport")->required();
  app.add_option("--provider", flags->providers, "Only this one's (default: all); may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_flag("--records-only", flags->records_only, "Without descriptions");
  flags->trust.add_to(app);
  session.network().add_to(app);
  app.callback([&session, flags] { pull_databases(session, *flags); });
}

}  // namespace lade::cmd

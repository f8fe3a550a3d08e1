#include "cmd/copy_options.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "registry/client/docker_transport.h"

namespace lade::cmd {
namespace {

Compression parse_layer_compression(const std::string& text) {
  const auto compression = parse_compression(text);
  if (!compression || *compression == Compression::xz || *compression == Compression::bzip2) {
    fail(ErrorKind::invalid, "--compression is gzip, zstd or none, got \"{}\"", printable(text));
  }
  return *compression;
}

}  // namespace

ImageFormat parse_image_format(const std::string& text) {
  if (text == "oci") return ImageFormat::oci;
  if (text == "docker" || text == "v2s2") return ImageFormat::docker;
  fail(ErrorKind::invalid, "--format is oci, docker or v2s2, got \"{}\"", printable(text));
}

PlatformChoice parse_platform_choice(const std::string& text, const Platform& wanted) {
  using Kind = PlatformChoice::Kind;
  if (text.empty() || text == "system") return {.kind = Kind::one, .wanted = wanted};
  if (text == "all") return {.kind = Kind::all, .wanted = wanted};
  if (text == "index-only") return {.kind = Kind::index_only, .wanted = wanted};
  PlatformChoice choice{.kind = Kind::listed, .wanted = wanted};
  for (const std::string& platform : split(text, ',')) {
    choice.listed.push_back(Platform::parse(platform, host_platform()));
  }
  return choice;
}

void CopyFlags::add_to(CLI::App& app) {
  app.add_option("SOURCE", names, "Where the image is; an archive or layout takes several")
      ->required();
  // for the help alone: CLI11 gives every name to the list before it
  app.add_option("DESTINATION", "Where it is to be: the last name");
  auto* every = app.add_flag("-a,--all", all, "All platforms of a multi-platform image");
  app.add_option("--multi-arch", multi_arch,
                 "system, all, index-only, or platforms with commas between them")
      ->type_name("WHICH")
      ->excludes(every);
  auto* packed = app.add_option("--compression,--dest-compress-format", compression,
                                "Layers compressed like this: gzip, zstd or none");
  packed->type_name("ALGORITHM");
  auto* pack = app.add_flag_function(
      "--dest-compress", [this](std::int64_t value) { dest_compress = value > 0; },
      "Compress layers that are not; false keeps them (default: true from containers-storage:, "
      "docker-daemon: and docker-archive: to a registry)");
  app.add_flag_callback(
         "--dest-decompress", [this] { compression = "none"; }, "Layers not compressed")
      ->excludes(packed)
      ->excludes(pack);
  app.add_option("--compression-level,--dest-compress-level", compression_level,
                 "How hard: gzip 1 to 12, zstd 1 to 22")
      ->type_name("LEVEL")
      ->each([this](const std::string&) { has_level = true; });
  app.add_option("--additional-tag", additional_tags,
                 "One more name where it goes: in the store, a docker archive, a registry's "
                 "repository; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--digestfile", digest_file, "Write the digest of the copy to FILE")
      ->type_name("FILE");
  add_transfer_to(app);
  app.add_option("--jobs", jobs, "How many blobs at a time")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  add_common_to(app);
  source_network.add_to(app, "src-");
  destination_network.add_to(app, "dest-");
}

void CopyFlags::add_transfer_to(CLI::App& app) {
  app.add_flag("--preserve-digests", preserve_digests,
               "Fail rather than change a manifest in any way");
  app.add_option("-f,--format", format_name, "Manifests of this kind: oci, docker (or v2s2)")
      ->type_name("KIND");
  auto* none = app.add_flag("--no-referrers", no_referrers,
                            "Leave behind what refers to the image: signatures, SBOMs, …");
  app.add_flag("--remove-signatures", remove_signatures, "Leave behind signatures alone")
      ->excludes(none);
  app.add_flag("--dry-run", dry_run, "Print what would be copied, and write nothing");
  app.add_option("--retry-times", retry_times, "How often to begin again after a passing failure")
      ->type_name("N");
}

void CopyFlags::add_push_flags_to(CLI::App& app) {
  app.add_flag("--all", all, "All platforms of a multi-platform image");
  app.add_option("-f,--format", format_name, "Manifests of this kind: oci, docker (or v2s2)")
      ->type_name("KIND");
  auto* packed = app.add_option("--compression-format", compression,
                                "Layers compressed like this: gzip, zstd or none");
  packed->type_name("ALGORITHM");
  app.add_option("--compression-level", compression_level, "How hard: gzip 1 to 12, zstd 1 to 22")
      ->type_name("LEVEL")
      ->each([this](const std::string&) { has_level = true; });
  app.add_flag_callback(
         "--force-compression", [] {},
         "Do not make do with layers compressed in another way; nobody does here")
      ->needs(packed);
  app.add_flag_callback(
      "-D,--disable-compression", [this] { compression = "none"; }, "Layers not compressed");
  app.add_flag("--remove-signatures", remove_signatures, "Leave behind signatures alone");
  app.add_option("--digestfile", digest_file, "Write the digest of what was pushed to FILE")
      ->type_name("FILE");
  app.add_option("--jobs", jobs, "How many blobs at a time")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  add_common_to(app);
}

void CopyFlags::add_common_to(CLI::App& app) {
  app.add_flag("-q,--quiet", quiet, "Print nothing but errors");
  app.add_option("--progress", progress, "How to tell what happens (auto: on a terminal alone)")
      ->check(CLI::IsMember({"auto", "tty", "plain", "json", "none"}));
  app.add_option("--report", format, "What to print of it: json, or a Go template")
      ->type_name("FORMAT");
  platform.add_to(app);
  signing.add_to(app);
}

std::vector<std::string> CopyFlags::sources() const {
  if (names.size() < 2) {
    fail(ErrorKind::invalid, "DESTINATION is required; lade copy --help tells more");
  }
  return {names.begin(), names.end() - 1};
}

CopyOptions CopyFlags::options() const {
  signing.require_whole();
  CopyOptions options;
  options.platforms = parse_platform_choice(all ? "all" : multi_arch, platform.wanted());
  options.preserve_digests = preserve_digests;
  if (!format_name.empty()) options.format = parse_image_format(format_name);
  if (!compression.empty()) options.compression = parse_layer_compression(compression);
  if (has_level) {
    if (compression.empty()) {
      fail(ErrorKind::invalid,
           "--compression-level goes with --compression: layers are kept as "
           "they are without");
    }
    const int most = options.compression == Compression::zstd ? 22 : 12;
    if (compression_level < 1 || compression_level > most) {
      fail(ErrorKind::invalid, "--compression-level is 1 to {} for {}, got {}", most, compression,
           compression_level);
    }
    options.compression_level = compression_level;
  }
  if (dest_compress.value_or(false)) options.pack_unpacked = Compression::gzip;
  options.jobs = jobs;
  if (no_referrers) options.referrers = ReferrerChoice::none;
  if (remove_signatures) options.referrers = ReferrerChoice::no_signatures;
  options.dry_run = dry_run;
  return options;
}

std::vector<Reference> CopyFlags::additional_references(const ImageName& to) const {
  std::vector<Reference> references;
  for (const std::string& tag : additional_tags) {
    if (to.transport != "docker") {
      references.push_back(Reference::parse_local(tag).or_latest());
    } else if (tag.find_first_of("/:") == std::string::npos) {
      references.push_back(registry::DockerTransport::parse(to.details).with_tag(tag));
    } else {
      references.push_back(Reference::parse(tag).or_latest());
    }
  }
  return references;
}

}  // namespace lade::cmd

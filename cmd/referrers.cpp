#include "cmd/command.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/platform_flags.h"
#include "libimage/base/text.h"
#include "libimage/image/image_tree.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"

namespace lade::cmd {
namespace {

struct ReferrersFlags {
  std::string image;
  std::string artifact_type;
  std::string format;
  PlatformFlags platform;
};

/// Whom is asked about: the image itself, or with --platform one of an index.
Digest subject_of(ImageSource& source, const ReferrersFlags& flags) {
  const RawManifest top = read_manifest(source);
  const bool picks = flags.platform.are_given() && media_type::is_index(top.media_type);
  return picks ? choose_instance(source, top, flags.platform.wanted()).manifest.digest : top.digest;
}

std::string annotation(const Descriptor& descriptor, const char* key) {
  const auto found = descriptor.annotations.find(key);
  return found == descriptor.annotations.end() ? "" : found->second;
}

void run(Session& session, const ReferrersFlags& flags) {
  const auto source = session.open_image(flags.image);
  Listing listing{"referrers",
                  "table {{.ArtifactType}}\t{{.Digest}}\t{{.ManifestSize}}\t{{.Created}}"};
  listing.headers = {{"ArtifactType", "ARTIFACT TYPE"},
                     {"Digest", "DIGEST"},
                     {"MediaType", "MEDIA TYPE"},
                     {"ManifestSize", "MANIFEST SIZE"},
                     {"ManifestBytes", "MANIFEST SIZE"},
                     {"Created", "CREATED"},
                     {"Tag", "TAG"},
                     {"Annotations", "ANNOTATIONS"}};
  for (const Referrer& referrer :
       list_referrers(*source, subject_of(*source, flags), flags.artifact_type)) {
    const Descriptor& descriptor = referrer.descriptor;
    Json row;
    row["ArtifactType"] = descriptor.artifact_type;
    row["Digest"] = descriptor.digest.str();
    row["MediaType"] = descriptor.media_type;
    row["ManifestSize"] = human_size(descriptor.size_bytes);
    row["ManifestBytes"] = descriptor.size_bytes;
    row["Created"] = printable(annotation(descriptor, "org.opencontainers.image.created"));
    row["Tag"] = referrer.tag;
    row["Annotations"] = to_json(descriptor.annotations);
    listing.rows.push_back(std::move(row));
  }
  session.print(format_listing(listing, flags.format));
}

}  // namespace

void declare_referrers(CLI::App& app, Session& session) {
  explain(app,
          "Lists the manifests that refer to an image: signatures, attestations, SBOMs and other "
          "artifacts, one step. Of a multi-platform image those of the index itself, or with "
          "--platform those of one of its images; lade tree shows all of it.",
          "  lade referrers docker://quay.io/me/app:1\n"
          "  lade referrers --artifact-type application/spdx+json --format '{{.Digest}}' app\n"
          "  lade referrers --platform linux/arm64 --format json docker://quay.io/me/app:1");
  const auto flags = std::make_shared<ReferrersFlags>();
  app.add_option("IMAGE", flags->image, "An image, of any transport")->required();
  app.add_option("--artifact-type", flags->artifact_type, "Only those of this type")
      ->type_name("TYPE");
  app.add_option("-f,--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  flags->platform.add_to(app);
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd

#include <algorithm>
#include <set>

#include "libimage/base/file.h"
#include "libimage/oci/config.h"
#include "libimage/transport/archive_output.h"
#include "libimage/transport/blob_file.h"
#include "libimage/transport/blob_spool.h"
#include "libimage/transport/docker_archive.h"
#include "libimage/transport/docker_archive_items.h"
#include "libimage/transport/docker_legacy.h"

namespace lade {
namespace {

std::string layer_member(const Digest& diff_id) { return diff_id.hex() + ".tar"; }

class DockerArchiveDestination final : public ImageDestination {
 public:
  DockerArchiveDestination(std::string name, std::string path, std::vector<Reference> tags,
                           const TransportContext& context)
      : name_(std::move(name)),
        path_(std::move(path)),
        tags_(std::move(tags)),
        context_(context),
        spool_(context.temporary_directory) {}

  std::string name() const override { return name_; }
  const DestinationAbilities& abilities() const override { return abilities_; }
  bool has_blob(const Descriptor& descriptor) override { return spool_.has(descriptor.digest); }
  std::unique_ptr<BlobWriter> begin_blob(const Descriptor& expected) override {
    return spool_.begin(expected.digest.algorithm());
  }
  void put_manifest(const RawManifest& manifest) override { require_own_digest(manifest); }

  void commit(const RawManifest& top) override {
    const Manifest manifest = parse_manifest(top.bytes, top.media_type, name_);
    require_blob(manifest.config.digest);
    const std::string config =
        read_file(spool_.path_of(manifest.config.digest), config_limit_bytes);
    const std::vector<Digest> diff_ids = parse_config(config, name_).diff_ids;
    require_diff_ids(manifest, diff_ids);
    require_no_archive(path_);
    ArchiveOutput output(path_, context_);
    write_image(output, manifest.config.digest, config, diff_ids);
    output.finish();
  }

 private:
  void require_blob(const Digest& digest) {
    if (!spool_.has(digest)) {
      fail(ErrorKind::not_found, "{} was not given blob {}", name_, digest.str());
    }
  }

  void require_diff_ids(const Manifest& manifest, const std::vector<Digest>& diff_ids) {
    std::vector<Digest> layers;
    for (const Descriptor& layer : manifest.layers) {
      require_blob(layer.digest);
      layers.push_back(layer.digest);
    }
    if (layers != diff_ids) {
      fail(ErrorKind::invalid,
           "{} takes uncompressed layers only: the digests of the layers are not the diff ids of "
           "the config",
           name_);
    }
  }

  void write_image(ArchiveOutput& output, const Digest& config_digest, const std::string& config,
                   const std::vector<Digest>& diff_ids) {
    const auto sizes = spool_.blobs();
    DockerArchiveItem item{.config = config_digest.hex() + ".json"};
    std::set<Digest> written;
    for (const Digest& diff_id : diff_ids) {
      item.layers.push_back(layer_member(diff_id));
      if (!written.insert(diff_id).second) continue;
      output.add_file(item.layers.back(), spool_.path_of(diff_id), sizes.at(diff_id));
    }
    output.add_text(item.config, config);
    const auto legacy = legacy_layers(config, diff_ids);
    for (const LegacyLayer& layer : legacy) {
      output.add_symlink(layer.id + "/layer.tar", "../" + layer_member(layer.diff_id));
      output.add_text(layer.id + "/VERSION", "1.0");
      output.add_text(layer.id + "/json", layer.json);
    }
    for (const Reference& tag : tags_) item.repo_tags.push_back(tag.str());
    output.add_text("manifest.json", serialize(std::vector{item}));
    output.add_text("repositories", legacy_repositories(tags_, legacy));
  }

  std::string name_;
  std::string path_;
  std::vector<Reference> tags_;
  TransportContext context_;
  DestinationAbilities abilities_{.indexes = false,
                                  .any_blobs = false,
                                  .oci = false,
                                  .docker = true,
                                  .layer_compression = Compression::none};
  BlobSpool spool_;
};

void add_tag(std::vector<Reference>& tags, const Reference& tag) {
  if (tag.digest()) {
    fail(ErrorKind::invalid, "a docker-archive names images by tag, not by digest: {}", tag.str());
  }
  const Reference tagged = tag.or_latest();
  if (std::find(tags.begin(), tags.end(), tagged) == tags.end()) tags.push_back(tagged);
}

}  // namespace

std::unique_ptr<ImageDestination> write_docker_archive(const std::string& details,
                                                       const TransportContext& context) {
  const ImagePath path = parse_docker_archive_path(details);
  require_writable(path, "docker-archive");
  require_no_archive(path.path);
  std::vector<Reference> tags;
  if (path.reference) add_tag(tags, Reference::parse(*path.reference));
  for (const Reference& tag : context.additional_tags) add_tag(tags, tag);
  return std::make_unique<DockerArchiveDestination>("docker-archive:" + details, path.path,
                                                    std::move(tags), context);
}

}  // namespace lade

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
#include "libimage/transport/image_set.h"

namespace lade {
namespace {

std::string layer_member(const Digest& diff_id) { return diff_id.hex() + ".tar"; }

/// The images of one archive, collected until all are there.
class Images {
 public:
  /// `write` is called with everything there is to be written.
  Images(std::string name, std::function<void(Images&)> write, const TransportContext& context)
      : name_(std::move(name)), write_(std::move(write)), spool_(context.temporary_directory) {}

  const std::string& name() const { return name_; }
  BlobSpool& spool() { return spool_; }
  void add(const RawManifest& top, const std::vector<Reference>& tags);
  void write() { write_(*this); }
  void write_to(ArchiveOutput& output);

 private:
  struct SavedImage {
    Digest config_digest;
    std::string config;
    std::vector<Digest> diff_ids;
    std::vector<Reference> tags;
  };

  static bool has_tag(const SavedImage& image, const Reference& tag) {
    return std::find(image.tags.begin(), image.tags.end(), tag) != image.tags.end();
  }
  void require_blob(const Digest& digest);
  void require_diff_ids(const Manifest& manifest, const std::vector<Digest>& diff_ids);
  void require_free(const Reference& tag) const;
  DockerArchiveItem write_image(ArchiveOutput& output, const SavedImage& image);

  std::string name_;
  std::function<void(Images&)> write_;
  BlobSpool spool_;
  std::vector<SavedImage> images_;
  std::set<std::string> written_;  ///< members
  LegacyRepositories repositories_;
};

void Images::add(const RawManifest& top, const std::vector<Reference>& tags) {
  const Manifest manifest = parse_manifest(top.bytes, top.media_type, name_);
  require_blob(manifest.config.digest);
  const auto known = std::find_if(images_.begin(), images_.end(), [&](const SavedImage& image) {
    return image.config_digest == manifest.config.digest;
  });
  if (known != images_.end()) {
    for (const Reference& tag : tags) {
      if (has_tag(*known, tag)) continue;
      require_free(tag);
      known->tags.push_back(tag);
    }
    return;
  }
  for (const Reference& tag : tags) require_free(tag);
  SavedImage image{.config_digest = manifest.config.digest,
                   .config = read_file(spool_.path_of(manifest.config.digest), config_limit_bytes),
                   .diff_ids = {},
                   .tags = tags};
  image.diff_ids = parse_config(image.config, name_).diff_ids;
  require_diff_ids(manifest, image.diff_ids);
  images_.push_back(std::move(image));
}

void Images::write_to(ArchiveOutput& output) {
  std::vector<DockerArchiveItem> items;
  for (const SavedImage& image : images_) items.push_back(write_image(output, image));
  output.add_text("manifest.json", serialize(items));
  output.add_text("repositories", legacy_repositories(repositories_));
  output.finish();
}

void Images::require_blob(const Digest& digest) {
  if (!spool_.has(digest)) {
    fail(ErrorKind::not_found, "{} was not given blob {}", name_, digest.str());
  }
}

void Images::require_diff_ids(const Manifest& manifest, const std::vector<Digest>& diff_ids) {
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

void Images::require_free(const Reference& tag) const {
  for (const SavedImage& image : images_) {
    if (has_tag(image, tag)) {
      fail(ErrorKind::conflict, "{}: two images would have the name {}", name_, tag.str());
    }
  }
}

DockerArchiveItem Images::write_image(ArchiveOutput& output, const SavedImage& image) {
  const auto sizes = spool_.blobs();
  DockerArchiveItem item{.config = image.config_digest.hex() + ".json"};
  for (const Digest& diff_id : image.diff_ids) {
    item.layers.push_back(layer_member(diff_id));
    if (!written_.insert(item.layers.back()).second) continue;
    output.add_file(item.layers.back(), spool_.path_of(diff_id), sizes.at(diff_id));
  }
  output.add_text(item.config, image.config);
  const auto legacy = legacy_layers(image.config, image.diff_ids);
  for (const LegacyLayer& layer : legacy) {
    if (!written_.insert(layer.id).second) continue;
    output.add_symlink(layer.id + "/layer.tar", "../" + layer_member(layer.diff_id));
    output.add_text(layer.id + "/VERSION", "1.0");
    output.add_text(layer.id + "/json", layer.json);
  }
  for (const Reference& tag : image.tags) item.repo_tags.push_back(tag.str());
  add_legacy_tags(repositories_, image.tags, legacy);
  return item;
}

class DockerArchiveDestination final : public ImageDestination {
 public:
  /// With `alone`, the archive is written when this image is committed.
  DockerArchiveDestination(std::shared_ptr<Images> images, std::vector<Reference> tags, bool alone)
      : images_(std::move(images)), tags_(std::move(tags)), alone_(alone) {}

  std::string name() const override { return images_->name(); }
  const DestinationAbilities& abilities() const override { return abilities_; }
  bool has_blob(const Descriptor& descriptor) override {
    return images_->spool().has(descriptor.digest);
  }
  std::unique_ptr<BlobWriter> begin_blob(const Descriptor& expected) override {
    return images_->spool().begin(expected.digest.algorithm());
  }
  void put_manifest(const RawManifest& manifest) override { require_own_digest(manifest); }
  void commit(const RawManifest& top) override {
    images_->add(top, tags_);
    if (alone_) images_->write();
  }

 private:
  std::shared_ptr<Images> images_;
  std::vector<Reference> tags_;
  bool alone_;
  DestinationAbilities abilities_{.indexes = false,
                                  .any_blobs = false,
                                  .oci = false,
                                  .docker = true,
                                  .layer_compression = Compression::none};
};

void add_tag(std::vector<Reference>& tags, const Reference& tag) {
  if (tag.digest()) {
    fail(ErrorKind::invalid, "a docker-archive names images by tag, not by digest: {}", tag.str());
  }
  const Reference tagged = tag.or_latest();
  if (std::find(tags.begin(), tags.end(), tagged) == tags.end()) tags.push_back(tagged);
}

class DockerArchiveSet final : public ImageSet {
 public:
  explicit DockerArchiveSet(std::shared_ptr<Images> images) : images_(std::move(images)) {}
  std::unique_ptr<ImageDestination> add(const std::vector<std::string>& names) override {
    std::vector<Reference> tags;
    for (const std::string& name : names) add_tag(tags, Reference::parse(name));
    return std::make_unique<DockerArchiveDestination>(images_, std::move(tags), false);
  }
  void finish() override { images_->write(); }

 private:
  std::shared_ptr<Images> images_;
};

/// `details` is a path that can be written to.
std::shared_ptr<Images> collect(const std::string& details, const ImagePath& path,
                                const TransportContext& context) {
  require_writable(path, "docker-archive");
  require_no_archive(path.path);
  const auto write = [path = path.path, context](Images& images) {
    require_no_archive(path);
    ArchiveOutput output(path, context);
    images.write_to(output);
  };
  return std::make_shared<Images>("docker-archive:" + details, write, context);
}

}  // namespace

std::unique_ptr<ImageDestination> write_docker_archive(const std::string& details,
                                                       const TransportContext& context) {
  const ImagePath path = parse_docker_archive_path(details);
  auto images = collect(details, path, context);
  std::vector<Reference> tags;
  if (path.reference) add_tag(tags, Reference::parse(*path.reference));
  for (const Reference& tag : context.additional_tags) add_tag(tags, tag);
  return std::make_unique<DockerArchiveDestination>(std::move(images), std::move(tags), true);
}

std::unique_ptr<ImageDestination> send_docker_archive(const std::string& name,
                                                      const std::vector<Reference>& tags,
                                                      SendArchive send,
                                                      const TransportContext& context) {
  const auto write = [send = std::move(send)](Images& images) {
    send([&images](Sink& sink) {
      ArchiveOutput output(sink);
      images.write_to(output);
    });
  };
  std::vector<Reference> all;
  for (const Reference& tag : tags) add_tag(all, tag);
  return std::make_unique<DockerArchiveDestination>(std::make_shared<Images>(name, write, context),
                                                    std::move(all), true);
}

std::unique_ptr<ImageSet> write_docker_archive_set(const std::string& details,
                                                   const TransportContext& context) {
  const ImagePath path = parse_docker_archive_path(details);
  return std::make_unique<DockerArchiveSet>(collect(details, path, context));
}

}  // namespace lade

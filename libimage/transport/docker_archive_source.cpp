// A docker-archive says which files are the layers, not which digests they have. The config's diff
// ids are the digests of the uncompressed layers, so an uncompressed layer is known without reading
// it; that the file has that digest is checked by whoever copies it. A compressed layer must be
// digested first, unless its file is named by its digest as Docker 25 and containerd do.
#include <array>
#include <map>

#include "libimage/oci/config.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/media_type.h"
#include "libimage/stream/codec.h"
#include "libimage/stream/digester.h"
#include "libimage/transport/archive_file.h"
#include "libimage/transport/blob_file.h"
#include "libimage/transport/docker_archive.h"
#include "libimage/transport/docker_archive_items.h"

namespace lade {
namespace {

std::vector<DockerArchiveItem> read_items(const ArchiveFile& archive) {
  const auto text = archive.find_text("manifest.json", manifest_limit_bytes);
  if (text) return parse_docker_archive_items(*text, "manifest.json in " + archive.name());
  if (archive.find("index.json")) {
    fail(ErrorKind::invalid,
         "{} is an OCI archive, not a docker-archive: read it as oci-archive:", archive.name());
  }
  if (archive.find("repositories")) {
    fail(ErrorKind::unsupported, "{} was saved by a Docker before 1.10; save it again with a newer",
         archive.name());
  }
  fail(ErrorKind::invalid, "{} is not a docker-archive: it has no manifest.json", archive.name());
}

Compression compression_of(const ArchiveFile& archive, const ArchiveFile::Member& member) {
  std::array<std::byte, 8> head{};
  const auto source = archive.read(member);
  return sniff(std::span(head).first(read_full(*source, head)));
}

/// The digest in "blobs/sha256/<hex>".
std::optional<Digest> digest_in_name(const std::string& path) {
  constexpr std::string_view folder = "blobs/";
  if (!path.starts_with(folder)) return std::nullopt;
  std::string text = path.substr(folder.size());
  const auto slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  text[slash] = ':';
  return Digest::try_parse(text);
}

Digest digest_of_member(const ArchiveFile& archive, const ArchiveFile::Member& member) {
  if (const auto named = digest_in_name(member.path)) return *named;
  const auto source = archive.read(member);
  DigestSink sink;
  copy(*source, sink);
  return sink.digest();
}

class DockerArchiveSource final : public ImageSource {
 public:
  DockerArchiveSource(std::string name, std::shared_ptr<const ArchiveFile> archive,
                      const ImagePath& wanted)
      : name_(std::move(name)),
        archive_(std::move(archive)),
        manifest_(describe(choose_item(read_items(*archive_), wanted, archive_->name()))) {}

  std::string name() const override { return name_; }
  RawManifest manifest() override { return manifest_; }

  RawManifest manifest(const Descriptor& descriptor) override {
    if (descriptor.digest == manifest_.digest) return manifest_;
    fail(ErrorKind::not_found, "{} does not hold manifest {}", name_, descriptor.digest.str());
  }

  std::unique_ptr<Source> open_blob(const Descriptor& descriptor) override {
    const auto found = blobs_.find(descriptor.digest);
    if (found == blobs_.end()) fail_missing_blob(descriptor, name_);
    return archive_->read(found->second);
  }

 private:
  ArchiveFile::Member member(const std::string& path) const {
    auto found = archive_->find(path);
    if (!found) {
      fail(ErrorKind::corrupt, "{}: manifest.json names {}, which is not in the archive",
           archive_->name(), path);
    }
    return std::move(*found);
  }

  RawManifest describe(const DockerArchiveItem& item) {
    const auto config_member = member(item.config);
    const std::string bytes = archive_->read_text(item.config, config_limit_bytes);
    const std::string what = fmt::format("{} in {}", item.config, archive_->name());
    const ImageConfig config = parse_config(bytes, what);
    if (config.diff_ids.size() != item.layers.size()) {
      fail(ErrorKind::corrupt, "{}: manifest.json has {} layers, the config {} diff ids",
           archive_->name(), item.layers.size(), config.diff_ids.size());
    }
    Manifest manifest{.media_type = std::string(media_type::docker_manifest),
                      .config = {.media_type = std::string(media_type::docker_config),
                                 .digest = digest_of(bytes),
                                 .size_bytes = bytes.size()}};
    blobs_.try_emplace(manifest.config.digest, config_member);
    for (std::size_t i = 0; i < item.layers.size(); ++i) {
      manifest.layers.push_back(describe_layer(item.layers[i], config.diff_ids[i]));
    }
    return raw_manifest(serialize(manifest), manifest.media_type);
  }

  Descriptor describe_layer(const std::string& path, const Digest& diff_id) {
    const auto layer = member(path);
    const Compression compression = compression_of(*archive_, layer);
    const Digest digest =
        compression == Compression::none ? diff_id : digest_of_member(*archive_, layer);
    blobs_.try_emplace(digest, layer);
    return {.media_type = media_type::layer_type(true, compression),
            .digest = digest,
            .size_bytes = layer.size_bytes};
  }

  std::string name_;
  std::shared_ptr<const ArchiveFile> archive_;
  std::map<Digest, ArchiveFile::Member> blobs_;
  RawManifest manifest_;
};

}  // namespace

std::unique_ptr<ImageSource> open_docker_archive(const std::string& details,
                                                 const TransportContext& context) {
  const ImagePath wanted = parse_docker_archive_path(details);
  return std::make_unique<DockerArchiveSource>("docker-archive:" + details,
                                               ArchiveFile::open(wanted.path, context), wanted);
}

std::unique_ptr<ImageSource> receive_docker_archive(const std::string& name,
                                                    std::unique_ptr<Source> archive,
                                                    const TransportContext& context) {
  return std::make_unique<DockerArchiveSource>(
      name, ArchiveFile::open(std::move(archive), name, context), ImagePath{});
}

std::vector<std::string> list_docker_archive(const std::string& details,
                                             const TransportContext& context) {
  const ImagePath path = parse_docker_archive_path(details);
  return item_names(read_items(*ArchiveFile::open(path.path, context)));
}

}  // namespace lade

#include "libimage/transport/oci_archive.h"

#include <algorithm>

#include "libimage/transport/archive_file.h"
#include "libimage/transport/archive_output.h"
#include "libimage/transport/blob_file.h"
#include "libimage/transport/blob_spool.h"
#include "libimage/transport/layout_files.h"

namespace lade {
namespace {

std::string blob_member(const Digest& digest) {
  return fmt::format("blobs/{}/{}", to_string(digest.algorithm()), digest.hex());
}

LayoutIndex read_index(const ArchiveFile& archive) {
  const auto text = archive.find_text("index.json", layout_index_limit_bytes);
  if (!text) {
    const bool is_docker = archive.find("manifest.json").has_value();
    fail(ErrorKind::invalid, "{} is not an OCI archive: it has no index.json{}", archive.name(),
         is_docker ? "; it looks like a docker-archive:" : "");
  }
  const auto version = archive.find_text("oci-layout", manifest_limit_bytes);
  if (version) require_layout_version(*version, "oci-layout in " + archive.name());
  return {*text, "index.json in " + archive.name()};
}

class OciArchiveSource final : public ImageSource {
 public:
  OciArchiveSource(std::string name, const ImagePath& wanted, const TransportContext& context)
      : name_(std::move(name)),
        archive_(ArchiveFile::open(wanted.path, context)),
        top_(choose(wanted, context.platform)) {}

  std::string name() const override { return name_; }
  RawManifest manifest() override { return manifest(top_); }

  RawManifest manifest(const Descriptor& descriptor) override {
    const auto blob = open_blob(descriptor);
    return read_manifest_blob(*blob, descriptor, name_);
  }

  std::unique_ptr<Source> open_blob(const Descriptor& descriptor) override {
    const auto member = archive_->find(blob_member(descriptor.digest));
    if (!member) fail_missing_blob(descriptor, name_);
    return archive_->read(*member);
  }

 private:
  Descriptor choose(const ImagePath& wanted, const Platform& platform) const {
    const LayoutIndex index = read_index(*archive_);
    return index.entries()[index.choose(wanted, platform)];
  }

  std::string name_;
  std::shared_ptr<const ArchiveFile> archive_;
  Descriptor top_;
};

class OciArchiveDestination final : public ImageDestination {
 public:
  OciArchiveDestination(std::string name, ImagePath wanted, const TransportContext& context)
      : name_(std::move(name)),
        wanted_(std::move(wanted)),
        context_(context),
        spool_(context.temporary_directory) {}

  std::string name() const override { return name_; }
  const DestinationAbilities& abilities() const override { return abilities_; }
  bool has_blob(const Descriptor& descriptor) override { return spool_.has(descriptor.digest); }
  std::unique_ptr<BlobWriter> begin_blob(const Descriptor& expected) override {
    return spool_.begin(expected.digest.algorithm());
  }
  void put_manifest(const RawManifest& manifest) override { spool_.put(manifest); }

  void commit(const RawManifest& top) override {
    if (!spool_.has(top.digest)) spool_.put(top);
    LayoutIndex index;
    index.add(top.descriptor(), wanted_.reference);
    ArchiveOutput output(wanted_.path, context_);
    output.add_text("oci-layout", oci_layout_text);
    output.add_text("index.json", index.serialize());
    output.add_directory("blobs");
    std::optional<HashAlgorithm> directory;
    for (const auto& [digest, size_bytes] : sorted_blobs()) {
      if (directory != digest.algorithm()) {
        directory = digest.algorithm();
        output.add_directory(fmt::format("blobs/{}", to_string(*directory)));
      }
      output.add_file(blob_member(digest), spool_.path_of(digest), size_bytes);
    }
    output.finish();
  }

 private:
  /// By algorithm, then by hash.
  std::vector<std::pair<Digest, std::uint64_t>> sorted_blobs() {
    const auto blobs = spool_.blobs();
    std::vector<std::pair<Digest, std::uint64_t>> result(blobs.begin(), blobs.end());
    std::sort(result.begin(), result.end(),
              [](const auto& a, const auto& b) { return a.first.str() < b.first.str(); });
    return result;
  }

  std::string name_;
  ImagePath wanted_;
  TransportContext context_;
  DestinationAbilities abilities_;
  BlobSpool spool_;
};

}  // namespace

std::unique_ptr<ImageSource> open_oci_archive(const std::string& details,
                                              const TransportContext& context) {
  return std::make_unique<OciArchiveSource>("oci-archive:" + details,
                                            parse_oci_path(details, "oci-archive"), context);
}

std::unique_ptr<ImageDestination> write_oci_archive(const std::string& details,
                                                    const TransportContext& context) {
  ImagePath path = parse_oci_path(details, "oci-archive");
  require_writable(path, "oci-archive");
  return std::make_unique<OciArchiveDestination>("oci-archive:" + details, std::move(path),
                                                 context);
}

std::vector<std::string> list_oci_archive(const std::string& details,
                                          const TransportContext& context) {
  const ImagePath path = parse_oci_path(details, "oci-archive");
  return read_index(*ArchiveFile::open(path.path, context)).names();
}

}  // namespace lade

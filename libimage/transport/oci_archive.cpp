#include "libimage/transport/oci_archive.h"

#include <fcntl.h>

#include <algorithm>

#include "libimage/transport/archive_file.h"
#include "libimage/transport/archive_output.h"
#include "libimage/transport/blob_file.h"
#include "libimage/transport/blob_spool.h"
#include "libimage/transport/image_set.h"
#include "libimage/transport/layout_files.h"
#include "libimage/transport/layout_referrers.h"
#include "libimage/transport/manifest_blobs.h"

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
      : OciArchiveSource(std::move(name), wanted, context.platform,
                         ArchiveFile::open(wanted.path, context)) {}

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

  std::vector<Referrer> referrers(const Digest& subject) override {
    return referrers_.find(subject);
  }

 private:
  OciArchiveSource(std::string name, const ImagePath& wanted, const Platform& platform,
                   std::shared_ptr<const ArchiveFile> archive)
      : OciArchiveSource(std::move(name), wanted, platform, archive, read_index(*archive)) {}

  OciArchiveSource(std::string name, const ImagePath& wanted, const Platform& platform,
                   std::shared_ptr<const ArchiveFile> archive, LayoutIndex index)
      : name_(std::move(name)),
        archive_(std::move(archive)),
        top_(index.entries()[index.choose(wanted, platform)]),
        referrers_(std::move(index), [this](const Descriptor& one) { return manifest(one); }) {}

  std::string name_;
  std::shared_ptr<const ArchiveFile> archive_;
  Descriptor top_;
  LayoutReferrers referrers_;
};

/// The images of one archive, collected until all are there.
class Images {
 public:
  Images(std::string name, std::string path, const TransportContext& context)
      : name_(std::move(name)),
        path_(std::move(path)),
        context_(context),
        spool_(context.temporary_directory) {}

  const std::string& name() const { return name_; }
  BlobSpool& spool() { return spool_; }

  void put_manifest(const RawManifest& manifest) {
    require_own_digest(manifest);
    require_blobs(manifest, name_, [this](const Descriptor& blob) { return has(blob); });
    spool_.put(manifest);
  }

  void put_referrer(const RawManifest& manifest, const std::string& tag) {
    put_manifest(manifest);
    attachments_.emplace_back(manifest, tag);
  }

  void add(const RawManifest& top, const std::vector<std::string>& names) {
    if (!spool_.has(top.digest)) put_manifest(top);
    if (names.empty()) index_.add(top.descriptor(), std::nullopt);
    for (const std::string& name : names) index_.add(top.descriptor(), name);
    const auto read = [this](const Descriptor& list) {
      FdSource bytes(open_fd(spool_.path_of(list.digest), O_RDONLY), name_);
      return read_manifest_blob(bytes, list, name_);
    };
    for (const RawManifest& list : add_referrers(index_, attachments_, read)) spool_.put(list);
    attachments_.clear();
  }

  void write() {
    ArchiveOutput output(path_, context_);
    output.add_text("oci-layout", oci_layout_text);
    output.add_text("index.json", index_.serialize());
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
  bool has(const Descriptor& blob) { return spool_.has(blob.digest); }

  /// By algorithm, then by hash.
  std::vector<std::pair<Digest, std::uint64_t>> sorted_blobs() {
    const auto blobs = spool_.blobs();
    std::vector<std::pair<Digest, std::uint64_t>> result(blobs.begin(), blobs.end());
    std::sort(result.begin(), result.end(),
              [](const auto& a, const auto& b) { return a.first.str() < b.first.str(); });
    return result;
  }

  std::string name_;
  std::string path_;
  TransportContext context_;
  BlobSpool spool_;
  LayoutIndex index_;
  std::vector<Attachment> attachments_;
};

class OciArchiveDestination final : public ImageDestination {
 public:
  /// With `alone`, the archive is written when this image is committed.
  OciArchiveDestination(std::shared_ptr<Images> images, std::vector<std::string> names, bool alone)
      : images_(std::move(images)), names_(std::move(names)), alone_(alone) {}

  std::string name() const override { return images_->name(); }
  const DestinationAbilities& abilities() const override { return abilities_; }
  bool has_blob(const Descriptor& descriptor) override {
    return images_->spool().has(descriptor.digest);
  }
  std::unique_ptr<BlobWriter> begin_blob(const Descriptor& expected) override {
    return images_->spool().begin(expected.digest.algorithm());
  }
  void put_manifest(const RawManifest& manifest) override { images_->put_manifest(manifest); }
  void put_referrer(const RawManifest& manifest, const std::string& tag) override {
    images_->put_referrer(manifest, tag);
  }
  void commit(const RawManifest& top) override {
    images_->add(top, names_);
    if (alone_) images_->write();
  }

 private:
  std::shared_ptr<Images> images_;
  std::vector<std::string> names_;
  bool alone_;
  DestinationAbilities abilities_{.referrers = true};
};

class OciArchiveSet final : public ImageSet {
 public:
  explicit OciArchiveSet(std::shared_ptr<Images> images) : images_(std::move(images)) {}
  std::unique_ptr<ImageDestination> add(const std::vector<std::string>& names) override {
    for (const std::string& name : names) require_ref_name(name, images_->name());
    return std::make_unique<OciArchiveDestination>(images_, names, false);
  }
  void finish() override { images_->write(); }

 private:
  std::shared_ptr<Images> images_;
};

std::shared_ptr<Images> collect(const std::string& details, const ImagePath& path,
                                const TransportContext& context) {
  require_writable(path, "oci-archive");
  return std::make_shared<Images>("oci-archive:" + details, path.path, context);
}

}  // namespace

std::unique_ptr<ImageSource> open_oci_archive(const std::string& details,
                                              const TransportContext& context) {
  return std::make_unique<OciArchiveSource>("oci-archive:" + details,
                                            parse_oci_path(details, "oci-archive"), context);
}

std::unique_ptr<ImageDestination> write_oci_archive(const std::string& details,
                                                    const TransportContext& context) {
  const ImagePath path = parse_oci_path(details, "oci-archive");
  std::vector<std::string> names;
  if (path.reference) names.push_back(*path.reference);
  return std::make_unique<OciArchiveDestination>(collect(details, path, context), std::move(names),
                                                 true);
}

std::unique_ptr<ImageSet> write_oci_archive_set(const std::string& details,
                                                const TransportContext& context) {
  const ImagePath path = parse_oci_path(details, "oci-archive");
  return std::make_unique<OciArchiveSet>(collect(details, path, context));
}

std::vector<std::string> list_oci_archive(const std::string& details,
                                          const TransportContext& context) {
  const ImagePath path = parse_oci_path(details, "oci-archive");
  return read_index(*ArchiveFile::open(path.path, context)).names();
}

}  // namespace lade

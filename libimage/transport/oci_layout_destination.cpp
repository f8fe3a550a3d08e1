#include <sys/stat.h>

#include "libimage/base/file.h"
#include "libimage/transport/blob_file.h"
#include "libimage/transport/image_set.h"
#include "libimage/transport/layout_files.h"
#include "libimage/transport/layout_lock.h"
#include "libimage/transport/layout_referrers.h"
#include "libimage/transport/manifest_blobs.h"
#include "libimage/transport/oci_layout.h"

namespace lade {
namespace {

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

class OciLayoutDestination final : public ImageDestination {
 public:
  OciLayoutDestination(std::string name, std::string path, std::vector<std::string> ref_names,
                       bool dry_run)
      : name_(std::move(name)), layout_(std::move(path)), ref_names_(std::move(ref_names)) {
    if (dry_run) return;
    adding_ = LayoutLock::acquire(layout_, LayoutLock::Part::blobs, LayoutLock::Mode::shared, true);
  }

  std::string name() const override { return name_; }
  const DestinationAbilities& abilities() const override { return abilities_; }

  bool has_blob(const Descriptor& descriptor) override {
    // a file of another size is what an interrupted program left: it is written anew
    struct stat status {};
    return ::stat(path_of(descriptor.digest).c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           static_cast<std::uint64_t>(status.st_size) == descriptor.size_bytes;
  }

  std::unique_ptr<BlobWriter> begin_blob(const Descriptor& expected) override {
    if (expected.size_bytes >= partial_blob_least_bytes) {
      const std::string path = layout_partial_path(layout_, expected.digest);
      auto beginning =
          take_partial_blob(path, expected, [&] { return open_partial_file(path, 0644); });
      if (beginning) return make_blob_writer(*std::move(beginning), keeper());
    }
    return begin(expected.digest.algorithm());
  }

  void put_manifest(const RawManifest& manifest) override {
    require_own_digest(manifest);
    require_blobs(manifest, name_, [this](const Descriptor& blob) { return has_blob(blob); });
    const Descriptor descriptor = manifest.descriptor();
    const auto writer = begin(manifest.digest.algorithm());
    writer->write(std::string_view(manifest.bytes));
    writer->commit(&descriptor);
  }

  std::optional<Descriptor> find_top() override {
    if (ref_names_.size() != 1) return std::nullopt;
    const auto text = find_file(layout_index_path(layout_), layout_index_limit_bytes);
    if (!text) return std::nullopt;
    auto entry = LayoutIndex(*text, layout_index_path(layout_)).find_named(ref_names_[0]);
    if (!entry || !has_manifest(*entry)) return std::nullopt;
    return entry;
  }

  bool has_manifest(const Descriptor& manifest) override {
    try {
      require_blobs(reader()(manifest), name_,
                    [this](const Descriptor& blob) { return has_blob(blob); });
      return true;
    } catch (const Error& error) {
      // what is missing or damaged is written anew
      if (error.kind() == ErrorKind::cancelled) throw;
      return false;
    }
  }

  void put_referrer(const RawManifest& manifest, const std::string& tag) override {
    put_manifest(manifest);
    attachments_.emplace_back(manifest, tag);
  }

  std::vector<Referrer> referrers(const Digest& subject) override {
    const auto text = find_file(layout_index_path(layout_), layout_index_limit_bytes);
    if (!text) return {};
    LayoutReferrers known(LayoutIndex(*text, layout_index_path(layout_)), reader());
    return known.find(subject);
  }

  void commit(const RawManifest& top) override {
    require_blobs(top, name_, [this](const Descriptor& blob) { return has_blob(blob); });
    if (!file_exists(path_of(top.digest))) put_manifest(top);
    write_index([&](LayoutIndex& index) {
      if (ref_names_.empty()) index.add(top.descriptor(), std::nullopt);
      for (const std::string& name : ref_names_) index.add(top.descriptor(), name);
    });
  }

  void commit_referrers() override {
    write_index([](LayoutIndex&) {});
  }

 private:
  template <class Change>
  void write_index(const Change& change) {
    for (const HashAlgorithm algorithm : {HashAlgorithm::sha256, HashAlgorithm::sha512}) {
      const std::string blobs = join_path(layout_, fmt::format("blobs/{}", to_string(algorithm)));
      if (file_exists(blobs)) sync_directory(blobs);
    }
    const auto lock =
        LayoutLock::acquire(layout_, LayoutLock::Part::index, LayoutLock::Mode::exclusive, false);
    const std::string path = layout_index_path(layout_);
    const auto text = find_file(path, layout_index_limit_bytes);
    LayoutIndex index = text ? LayoutIndex(*text, path) : LayoutIndex();
    change(index);
    for (const RawManifest& list : add_referrers(index, attachments_, reader())) put_manifest(list);
    write_file_atomic(path, index.serialize());
    remove_old_partials();
  }

  LayoutReferrers::Read reader() const {
    return [this](const Descriptor& manifest) {
      const auto blob = open_blob_file(path_of(manifest.digest), manifest, name_);
      return read_manifest_blob(*blob, manifest, name_);
    };
  }

  std::string path_of(const Digest& digest) const { return layout_blob_path(layout_, digest); }

  std::unique_ptr<BlobWriter> begin(HashAlgorithm algorithm) {
    return make_blob_writer(join_path(layout_, "blobs/.lade-"), algorithm, keeper());
  }

  KeepBlob keeper() const {
    return [this](TempFile& file, const Descriptor& blob) {
      const std::string path = path_of(blob.digest);
      make_directories(parent_of(path));
      file.sync();
      file.move_to(path);
    };
  }

  /// What was begun long before this change and never carried on with. Of the file system's clock.
  void remove_old_partials() const {
    constexpr std::int64_t day_seconds = 86'400;
    struct stat status {};
    if (::stat(layout_index_path(layout_).c_str(), &status) != 0) return;
    remove_layout_partials(layout_, status.st_mtime - day_seconds);
  }

  std::string name_;
  std::string layout_;
  std::vector<std::string> ref_names_;
  std::optional<LayoutLock> adding_;
  std::vector<Attachment> attachments_;
  DestinationAbilities abilities_{.referrers = true};
};

class OciLayoutSet final : public ImageSet {
 public:
  OciLayoutSet(std::string name, std::string path, bool dry_run)
      : name_(std::move(name)), path_(std::move(path)), dry_run_(dry_run) {}
  std::unique_ptr<ImageDestination> add(const std::vector<std::string>& names) override {
    for (const std::string& name : names) require_ref_name(name, name_);
    return std::make_unique<OciLayoutDestination>(name_, path_, names, dry_run_);
  }
  void finish() override {}

 private:
  std::string name_;
  std::string path_;
  bool dry_run_;
};

}  // namespace

std::unique_ptr<ImageDestination> write_oci_layout(const std::string& details,
                                                   const TransportContext& context) {
  ImagePath path = parse_oci_path(details, "oci");
  require_writable(path, "oci");
  std::vector<std::string> names;
  if (path.reference) names.push_back(*std::move(path.reference));
  return std::make_unique<OciLayoutDestination>("oci:" + details, std::move(path.path),
                                                std::move(names), context.dry_run);
}

std::unique_ptr<ImageSet> write_oci_layout_set(const std::string& details,
                                               const TransportContext& context) {
  ImagePath path = parse_oci_path(details, "oci");
  require_writable(path, "oci");
  return std::make_unique<OciLayoutSet>("oci:" + details, std::move(path.path), context.dry_run);
}

}  // namespace lade

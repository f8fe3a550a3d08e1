#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"
#include "libimage/store/local_store.h"
#include "libimage/store/manifests.h"

namespace lade {
namespace {

class StoreSource final : public ImageSource {
 public:
  StoreSource(std::shared_ptr<Store> store, const NamedImage& image)
      : store_(std::move(store)), image_(image), lease_(store_->lease()) {
    lease_->add(image_.target.digest);
  }

  std::string name() const override {
    const bool unnamed = image_.name.name() == "localhost/unnamed";
    return "store:" + (unnamed ? image_.target.digest.str() : image_.name.str());
  }
  RawManifest manifest() override { return manifest(image_.target); }

  RawManifest manifest(const Descriptor& descriptor) override {
    std::string bytes = store_->read_blob(descriptor.digest, manifest_limit_bytes);
    if (bytes.size() != descriptor.size_bytes) {
      fail(ErrorKind::corrupt, "manifest {}: wanted {} bytes, the store has {}",
           descriptor.digest.str(), descriptor.size_bytes, bytes.size());
    }
    return {std::move(bytes), descriptor.media_type, descriptor.digest};
  }

  std::unique_ptr<Source> open_blob(const Descriptor& descriptor) override {
    return std::make_unique<FdSource>(store_->open_blob(descriptor.digest),
                                      "blob " + descriptor.digest.str());
  }

  std::optional<Fd> find_blob_file(const Descriptor& descriptor) override {
    return store_->has_blob(descriptor.digest) ? std::optional(store_->open_blob(descriptor.digest))
                                               : std::nullopt;
  }

  Descriptor find_top() override { return image_.target; }
  std::vector<Referrer> referrers(const Digest& subject) override {
    return store_->list_attached(subject);
  }

 private:
  std::shared_ptr<Store> store_;
  NamedImage image_;
  std::unique_ptr<Lease> lease_;
};

class StoreDestination final : public ImageDestination {
 public:
  StoreDestination(std::shared_ptr<Store> store, std::optional<Reference> name,
                   std::optional<RawManifest> index)
      : store_(std::move(store)),
        name_(std::move(name)),
        index_(std::move(index)),
        lease_(store_->lease()) {}

  std::string name() const override { return name_ ? "store:" + name_->str() : "store:"; }
  const DestinationAbilities& abilities() const override { return abilities_; }

  bool has_blob(const Descriptor& descriptor) override {
    return store_->find_blob_size(descriptor.digest) == descriptor.size_bytes;
  }

  std::unique_ptr<BlobWriter> begin_blob(const Descriptor& expected) override {
    return local(*store_).begin_blob(expected);
  }

  void put_manifest(const RawManifest& manifest) override {
    const Digest digest = digest_of(manifest.bytes, manifest.digest.algorithm());
    if (digest != manifest.digest) {
      fail(ErrorKind::corrupt, "cannot store manifest {}: its bytes have the digest {}",
           manifest.digest.str(), digest.str());
    }
    local(*store_).put(manifest.bytes, manifest.media_type, digest.algorithm());
  }

  void put_referrer(const RawManifest& manifest, const std::string& tag) override {
    put_manifest(manifest);
    if (!tag.empty()) store_->attach(tag, manifest.descriptor());
  }

  std::vector<Referrer> referrers(const Digest& subject) override {
    return store_->list_attached(subject);
  }

  std::optional<Descriptor> find_top() override {
    // what commit would be given is one image of the index that the name stands for
    if (!name_ || index_) return std::nullopt;
    const auto image = store_->find_name(*name_);
    if (!image || !has_manifest(image->target)) return std::nullopt;
    return image->target;
  }

  bool has_manifest(const Descriptor& manifest) override {
    return has_blob(manifest) && find_missing(local(*store_).blobs(), manifest).empty();
  }

  void commit(const RawManifest& top) override {
    put_manifest(top);
    if (index_) put_manifest(*index_);
    const Descriptor target = (index_ ? *index_ : top).descriptor();
    if (name_) {
      store_->set_name(*name_, target);
    } else {
      store_->keep_unnamed(target);
    }
  }

  void commit_referrers() override {}  // what the store has, it has for as long as the subject

 private:
  std::shared_ptr<Store> store_;
  std::optional<Reference> name_;
  std::optional<RawManifest> index_;
  std::unique_ptr<Lease> lease_;
  DestinationAbilities abilities_{.referrers = true};
};

}  // namespace

std::unique_ptr<ImageSource> open_store_image(std::shared_ptr<Store> store,
                                              const NamedImage& image) {
  return std::make_unique<StoreSource>(std::move(store), image);
}

std::unique_ptr<ImageDestination> open_store_destination(std::shared_ptr<Store> store,
                                                         std::optional<Reference> name,
                                                         std::optional<RawManifest> index) {
  return std::make_unique<StoreDestination>(std::move(store), std::move(name), std::move(index));
}

}  // namespace lade

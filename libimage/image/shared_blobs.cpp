// Whoever is told that a blob is not there has to bring it, and is the one for whom others wait.
// Nobody waits while somebody waits for them: a thread asks for one blob, brings it and only then
// asks for the next.
#include "libimage/image/shared_blobs.h"

#include "libimage/base/error.h"

namespace lade {

class SharedBlobs::Member final : public ImageDestination {
 public:
  Member(std::shared_ptr<SharedBlobs> shared, std::unique_ptr<ImageDestination> inner,
         std::string place)
      : shared_(std::move(shared)), inner_(std::move(inner)), place_(std::move(place)) {}
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;
  ~Member() override {
    const std::lock_guard lock(shared_->mutex_);
    for (const std::string& key : mine_) shared_->under_way_.erase(key);
    shared_->changed_.notify_all();
  }

  std::string name() const override { return inner_->name(); }
  const DestinationAbilities& abilities() const override { return inner_->abilities(); }

  bool has_blob(const Descriptor& descriptor) override {
    const std::string key = key_of(descriptor.digest);
    {
      std::unique_lock lock(shared_->mutex_);
      // asked again after an attempt that failed
      if (mine_.contains(key)) release(key, false);
      shared_->changed_.wait(lock, [&] { return !shared_->under_way_.contains(key); });
      if (shared_->there_.contains(key)) return true;
      shared_->under_way_.insert(key);
      mine_.insert(key);
    }
    try {
      if (!inner_->has_blob(descriptor)) return false;
    } catch (const Error&) {
      end(key, false);
      throw;
    }
    end(key, true);
    return true;
  }

  std::unique_ptr<BlobWriter> begin_blob(const Descriptor& expected) override {
    return std::make_unique<Writer>(*this, inner_->begin_blob(expected));
  }
  bool adopt_blob_file(const Descriptor& expected, int file,
                       const std::function<void(std::uint64_t)>& told) override {
    if (!inner_->adopt_blob_file(expected, file, told)) return false;
    end(key_of(expected.digest), true);
    return true;
  }
  void put_manifest(const RawManifest& manifest) override { inner_->put_manifest(manifest); }
  void put_referrer(const RawManifest& manifest, const std::string& tag) override {
    inner_->put_referrer(manifest, tag);
  }
  std::vector<Referrer> referrers(const Digest& subject) override {
    return inner_->referrers(subject);
  }
  void put_signatures(const Digest& manifest, const std::vector<std::string>& signatures) override {
    inner_->put_signatures(manifest, signatures);
  }
  std::vector<std::string> signatures(const Digest& manifest) override {
    return inner_->signatures(manifest);
  }
  std::optional<Descriptor> find_top() override { return inner_->find_top(); }
  bool has_manifest(const Descriptor& manifest) override { return inner_->has_manifest(manifest); }
  void commit(const RawManifest& top) override { inner_->commit(top); }
  void commit_referrers() override { inner_->commit_referrers(); }

 private:
  class Writer final : public BlobWriter {
   public:
    Writer(Member& owner, std::unique_ptr<BlobWriter> inner)
        : owner_(owner), inner_(std::move(inner)) {}
    using Sink::write;
    void write(std::span<const std::byte> bytes) override { inner_->write(bytes); }
    std::uint64_t held_bytes() const override { return inner_->held_bytes(); }
    Descriptor commit(const Descriptor* expected) override {
      Descriptor blob = inner_->commit(expected);
      if (expected != nullptr) owner_.end(owner_.key_of(expected->digest), true);
      return blob;
    }

   private:
    Member& owner_;
    std::unique_ptr<BlobWriter> inner_;
  };

  std::string key_of(const Digest& digest) const { return place_ + " " + digest.str(); }

  void end(const std::string& key, bool is_there) {
    const std::lock_guard lock(shared_->mutex_);
    release(key, is_there);
  }

  void release(const std::string& key, bool is_there) {
    if (is_there) shared_->there_.insert(key);
    if (mine_.erase(key) > 0) shared_->under_way_.erase(key);
    shared_->changed_.notify_all();
  }

  std::shared_ptr<SharedBlobs> shared_;
  std::unique_ptr<ImageDestination> inner_;
  std::string place_;
  std::set<std::string> mine_;  ///< that this one brings; under the shared mutex
};

std::unique_ptr<ImageDestination> SharedBlobs::join(std::unique_ptr<ImageDestination> destination,
                                                    const std::string& place) {
  if (place.empty()) return destination;
  return std::make_unique<Member>(shared_from_this(), std::move(destination), place);
}

}  // namespace lade

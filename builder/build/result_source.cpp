// What was built on a base that was left where it is (BuildOptions::leave_base): manifest, config
// and new layers are in the store, the base's layers are not. Whoever copies it reads them from the
// base's own place, unless its destination has them, or gets them from there by itself.
#include "builder/build/build.h"
#include "libimage/base/error.h"

namespace lade::builder {
namespace {

class ResultSource final : public ImageSource {
 public:
  ResultSource(std::unique_ptr<ImageSource> stored, std::shared_ptr<ImageSource> base)
      : stored_(std::move(stored)), base_(std::move(base)) {}

  std::string name() const override { return stored_->name(); }
  RawManifest manifest() override { return stored_->manifest(); }
  RawManifest manifest(const Descriptor& descriptor) override {
    return stored_->manifest(descriptor);
  }
  std::unique_ptr<Source> open_blob(const Descriptor& descriptor) override {
    return open_blob_at(descriptor, 0);
  }
  std::unique_ptr<Source> open_blob_at(const Descriptor& descriptor,
                                       std::uint64_t first_byte) override {
    try {
      return stored_->open_blob_at(descriptor, first_byte);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;
      return base_->open_blob_at(descriptor, first_byte);
    }
  }
  std::optional<Fd> find_blob_file(const Descriptor& descriptor) override {
    return stored_->find_blob_file(descriptor);
  }
  Descriptor find_top() override { return stored_->find_top(); }
  std::vector<Referrer> referrers(const Digest& subject) override {
    return stored_->referrers(subject);
  }

 private:
  std::unique_ptr<ImageSource> stored_;
  std::shared_ptr<ImageSource> base_;
};

}  // namespace

std::unique_ptr<ImageSource> open_result(std::shared_ptr<Store> store, const BuildRecord& record,
                                         const Descriptor& top) {
  auto stored = open_store_image(
      std::move(store), {Reference::parse("localhost/unnamed@" + top.digest.str()), top, {}});
  if (!record.base) return stored;
  return std::make_unique<ResultSource>(std::move(stored), record.base);
}

}  // namespace lade::builder

#include "libimage/transport/cancellable_image.h"

#include "libimage/stream/cancellable.h"

namespace lade {
namespace {

class CancellableImage final : public ImageSource {
 public:
  CancellableImage(std::unique_ptr<ImageSource> source, const CancelToken* token)
      : source_(std::move(source)), token_(token) {}

  std::string name() const override { return source_->name(); }
  RawManifest manifest() override { return source_->manifest(); }
  RawManifest manifest(const Descriptor& descriptor) override {
    require_going_on(token_);
    return source_->manifest(descriptor);
  }
  std::unique_ptr<Source> open_blob(const Descriptor& descriptor) override {
    return lade::cancellable(source_->open_blob(descriptor), token_);
  }
  std::unique_ptr<Source> open_blob_at(const Descriptor& descriptor,
                                       std::uint64_t first_byte) override {
    return lade::cancellable(source_->open_blob_at(descriptor, first_byte), token_);
  }
  Descriptor find_top() override {
    require_going_on(token_);
    return source_->find_top();
  }
  std::optional<Fd> find_blob_file(const Descriptor& descriptor) override {
    return source_->find_blob_file(descriptor);
  }
  std::vector<Referrer> referrers(const Digest& subject) override {
    require_going_on(token_);
    return source_->referrers(subject);
  }
  std::vector<std::string> signatures(const Digest& manifest) override {
    require_going_on(token_);
    return source_->signatures(manifest);
  }

 private:
  std::unique_ptr<ImageSource> source_;
  const CancelToken* token_;
};

}  // namespace

std::unique_ptr<ImageSource> cancellable(std::unique_ptr<ImageSource> source,
                                         const CancelToken* token) {
  if (token == nullptr) return source;
  return std::make_unique<CancellableImage>(std::move(source), token);
}

}  // namespace lade

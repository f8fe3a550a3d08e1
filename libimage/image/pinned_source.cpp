#include "libimage/image/pinned_source.h"

#include "libimage/image/instance.h"

namespace lade {
namespace {

class PinnedSource final : public ImageSource {
 public:
  explicit PinnedSource(std::unique_ptr<ImageSource> inner)
      : inner_(std::move(inner)), top_(read_manifest(*inner_)) {}

  std::string name() const override { return inner_->name(); }
  RawManifest manifest() override { return top_; }
  RawManifest manifest(const Descriptor& one) override { return inner_->manifest(one); }
  std::unique_ptr<Source> open_blob(const Descriptor& one) override {
    return inner_->open_blob(one);
  }
  std::unique_ptr<Source> open_blob_at(const Descriptor& one, std::uint64_t first_byte) override {
    return inner_->open_blob_at(one, first_byte);
  }
  Descriptor find_top() override { return top_.descriptor(); }
  std::optional<Fd> find_blob_file(const Descriptor& one) override {
    return inner_->find_blob_file(one);
  }
  std::vector<Referrer> referrers(const Digest& subject) override {
    return inner_->referrers(subject);
  }
  std::vector<std::string> signatures(const Digest& manifest) override {
    return inner_->signatures(manifest);
  }

 private:
  std::unique_ptr<ImageSource> inner_;
  RawManifest top_;
};

}  // namespace

std::unique_ptr<ImageSource> pinned(std::unique_ptr<ImageSource> source) {
  return std::make_unique<PinnedSource>(std::move(source));
}

}  // namespace lade

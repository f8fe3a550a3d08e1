#include "registry/pull/without_signatures.h"

namespace lade::registry {
namespace {

class WithoutSignatures final : public ImageSource {
 public:
  explicit WithoutSignatures(std::unique_ptr<ImageSource> inner) : inner_(std::move(inner)) {}

  std::string name() const override { return inner_->name(); }
  RawManifest manifest() override { return inner_->manifest(); }
  RawManifest manifest(const Descriptor& one) override { return inner_->manifest(one); }
  std::unique_ptr<Source> open_blob(const Descriptor& one) override {
    return inner_->open_blob(one);
  }
  std::unique_ptr<Source> open_blob_at(const Descriptor& one, std::uint64_t first_byte) override {
    return inner_->open_blob_at(one, first_byte);
  }
  Descriptor find_top() override { return inner_->find_top(); }
  std::optional<Fd> find_blob_file(const Descriptor& one) override {
    return inner_->find_blob_file(one);
  }
  std::vector<Referrer> referrers(const Digest& subject) override {
    return inner_->referrers(subject);
  }

 private:
  std::unique_ptr<ImageSource> inner_;
};

}  // namespace

std::unique_ptr<ImageSource> without_signatures(std::unique_ptr<ImageSource> source) {
  return std::make_unique<WithoutSignatures>(std::move(source));
}

}  // namespace lade::registry

#include "libimage/transport/blob_file.h"
#include "libimage/transport/layout_files.h"
#include "libimage/transport/layout_referrers.h"
#include "libimage/transport/oci_layout.h"

namespace lade {
namespace {

class OciLayoutSource final : public ImageSource {
 public:
  OciLayoutSource(std::string name, const ImagePath& wanted, const Platform& platform)
      : OciLayoutSource(std::move(name), wanted, platform, read_layout_index(wanted.path)) {}

  std::string name() const override { return name_; }
  RawManifest manifest() override { return manifest(top_); }

  RawManifest manifest(const Descriptor& descriptor) override {
    const auto blob = open_blob(descriptor);
    return read_manifest_blob(*blob, descriptor, name_);
  }

  std::unique_ptr<Source> open_blob(const Descriptor& descriptor) override {
    return open_blob_file(path_of(descriptor), descriptor, name_);
  }

  std::optional<Fd> find_blob_file(const Descriptor& descriptor) override {
    return find_regular_file(path_of(descriptor));
  }

  std::vector<Referrer> referrers(const Digest& subject) override {
    return referrers_.find(subject);
  }

 private:
  OciLayoutSource(std::string name, const ImagePath& wanted, const Platform& platform,
                  LayoutIndex index)
      : name_(std::move(name)),
        layout_(wanted.path),
        top_(index.entries()[index.choose(wanted, platform)]),
        referrers_(std::move(index), [this](const Descriptor& one) { return manifest(one); }) {}

  std::string path_of(const Descriptor& descriptor) const {
    return layout_blob_path(layout_, descriptor.digest);
  }

  std::string name_;
  std::string layout_;
  Descriptor top_;
  LayoutReferrers referrers_;
};

}  // namespace

std::unique_ptr<ImageSource> open_oci_layout(const std::string& details,
                                             const TransportContext& context) {
  const ImagePath path = parse_oci_path(details, "oci");
  return std::make_unique<OciLayoutSource>("oci:" + details, path, context.platform);
}

std::vector<std::string> list_oci_layout(const std::string& details, const TransportContext&) {
  return read_layout_index(parse_oci_path(details, "oci").path).names();
}

}  // namespace lade

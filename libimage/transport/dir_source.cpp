#include "libimage/base/file.h"
#include "libimage/oci/hasher.h"
#include "libimage/transport/blob_file.h"
#include "libimage/transport/dir.h"
#include "libimage/transport/dir_files.h"
#include "libimage/transport/dir_signatures.h"
#include "libimage/transport/layout_referrers.h"

namespace lade {
namespace {

class DirSource final : public ImageSource {
 public:
  explicit DirSource(const std::string& path)
      : name_("dir:" + path),
        path_(path),
        referrers_(read_referrers(), [this](const Descriptor& one) { return manifest(one); }) {
    if (!file_exists(file("manifest.json"))) {
      fail(ErrorKind::not_found, "{} holds no image: it has no manifest.json", name_);
    }
  }

  std::string name() const override { return name_; }

  RawManifest manifest() override {
    std::string bytes = read_file(file("manifest.json"), manifest_limit_bytes);
    std::string type = guess_manifest_type(bytes, name_);
    return raw_manifest(std::move(bytes), std::move(type));
  }

  RawManifest manifest(const Descriptor& descriptor) override {
    const std::string instance = file(descriptor.digest.hex() + ".manifest.json");
    if (const auto found = find_regular_file(instance)) return read(found->get(), descriptor);
    // an image that is no index is asked for by its own digest too
    if (const auto top = find_regular_file(file("manifest.json"))) {
      const std::string bytes = lade::read_all(top->get(), name_, manifest_limit_bytes);
      if (digest_of(bytes, descriptor.digest.algorithm()) == descriptor.digest) {
        MemorySource source{std::string_view(bytes)};
        return read_manifest_blob(source, descriptor, name_);
      }
    }
    fail(ErrorKind::not_found, "{} does not hold manifest {}", name_, descriptor.digest.str());
  }

  std::unique_ptr<Source> open_blob(const Descriptor& descriptor) override {
    return open_blob_file(path_of(descriptor.digest), descriptor, name_);
  }

  std::optional<Fd> find_blob_file(const Descriptor& descriptor) override {
    return find_regular_file(path_of(descriptor.digest));
  }

  std::vector<Referrer> referrers(const Digest& subject) override {
    return referrers_.find(subject);
  }

  std::vector<std::string> signatures(const Digest& manifest) override {
    const bool is_top = digest_of(this->manifest().bytes, manifest.algorithm()) == manifest;
    return read_dir_signatures(path_, is_top ? "" : manifest.hex());
  }

 private:
  LayoutIndex read_referrers() const {
    const std::string path = file(std::string(dir_referrers_name));
    const auto text = find_file(path, dir_referrers_limit_bytes);
    return text ? LayoutIndex(*text, path) : LayoutIndex();
  }

  RawManifest read(int number, const Descriptor& descriptor) const {
    FdSource source(duplicate(number), name_);
    return read_manifest_blob(source, descriptor, name_);
  }

  std::string file(const std::string& name) const { return join_path(path_, name); }

  /// Version 1.2 of the format puts the algorithm before a digest that is not sha256.
  std::string path_of(const Digest& digest) const {
    std::string plain = file(digest.hex());
    if (digest.algorithm() == HashAlgorithm::sha256 || file_exists(plain)) return plain;
    return file(fmt::format("{}-{}", to_string(digest.algorithm()), digest.hex()));
  }

  std::string name_;
  std::string path_;
  LayoutReferrers referrers_;
};

}  // namespace

std::unique_ptr<ImageSource> open_dir(const std::string& details, const TransportContext&) {
  return std::make_unique<DirSource>(details);
}

}  // namespace lade

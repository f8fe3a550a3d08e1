// The tree is walked downwards from the top, an index before its instances, a manifest before what
// refers to it. Digests cannot form a circle, but answers of a registry about who refers to whom
// can: nobody stands below itself.
#include "libimage/image/image_tree.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

constexpr std::size_t nodes_limit = 10'000;
constexpr std::size_t depth_limit = 16;

constexpr std::string_view created_key = "org.opencontainers.image.created";

class TreeReader {
 public:
  TreeReader(ImageSource& source, const TreeOptions& options)
      : source_(source), options_(options) {}

  ImageTree read(const RawManifest& raw, Descriptor descriptor) {
    const Level level(*this, raw.digest);
    ImageTree tree{std::move(descriptor)};
    tree.size_bytes = raw.bytes.size();
    const std::string what = "manifest " + raw.digest.str();
    if (media_type::is_index(raw.media_type)) {
      read_index(tree, parse_index(raw.bytes, raw.media_type, what));
    } else {
      read_manifest(tree, parse_manifest(raw.bytes, raw.media_type, what));
    }
    const auto created = tree.descriptor.annotations.find(std::string(created_key));
    if (created != tree.descriptor.annotations.end()) tree.created = created->second;
    add_referrers(tree);
    return tree;
  }

 private:
  /// Counts, and knows whom one stands below.
  class Level {
   public:
    Level(TreeReader& reader, const Digest& digest) : reader_(reader) {
      if (++reader.nodes_ > nodes_limit || reader.above_.size() == depth_limit) {
        fail(ErrorKind::unsupported, "{}: more than {} manifests, or deeper than {} levels",
             reader.source_.name(), nodes_limit, depth_limit);
      }
      reader.above_.push_back(digest);
    }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { reader_.above_.pop_back(); }

   private:
    TreeReader& reader_;
  };

  void read_manifest(ImageTree& tree, const Manifest& manifest) {
    const bool is_image = media_type::is_config(manifest.config.media_type);
    tree.kind = is_image ? ImageTree::Kind::image : ImageTree::Kind::artifact;
    if (!is_image && tree.descriptor.artifact_type.empty()) {
      tree.descriptor.artifact_type = artifact_type_of(manifest);
    }
    tree.size_bytes += manifest.config.size_bytes;
    for (const Descriptor& layer : manifest.layers) tree.size_bytes += layer.size_bytes;
    for (const auto& [key, value] : manifest.annotations) {
      tree.descriptor.annotations.try_emplace(key, value);
    }
  }

  void read_index(ImageTree& tree, const Index& index) {
    tree.kind = ImageTree::Kind::index;
    for (const auto& [key, value] : index.annotations) {
      tree.descriptor.annotations.try_emplace(key, value);
    }
    std::vector<ImageTree> attestations;
    for (const Descriptor& entry : index.manifests) {
      ImageTree child = read_child(entry);
      tree.size_bytes += child.size_bytes;
      (is_attestation(entry) ? attestations : tree.instances).push_back(std::move(child));
    }
    for (ImageTree& attestation : attestations) place(tree, std::move(attestation));
  }

  /// Below what it is about, or beside it if that is not there.
  static void place(ImageTree& tree, ImageTree attestation) {
    const auto& annotations = attestation.descriptor.annotations;
    const auto about = annotations.find(std::string(attestation_subject_key));
    const auto subject =
        std::find_if(tree.instances.begin(), tree.instances.end(), [&](const ImageTree& one) {
          return about != annotations.end() && one.descriptor.digest.str() == about->second;
        });
    auto& list = subject == tree.instances.end() ? tree.instances : subject->referrers;
    attestation.kind = ImageTree::Kind::artifact;
    attestation.descriptor.platform.reset();
    const auto type = annotations.find(std::string(attestation_type_key));
    if (type != annotations.end()) attestation.descriptor.artifact_type = type->second;
    list.push_back(std::move(attestation));
  }

  ImageTree read_child(const Descriptor& descriptor) {
    std::optional<RawManifest> raw;
    try {
      raw = lade::read_manifest(source_, descriptor);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;
      return {descriptor};
    }
    return read(*raw, descriptor);
  }

  void add_referrers(ImageTree& tree) {
    for (const Referrer& referrer : source_.referrers(tree.descriptor.digest)) {
      if (std::find(above_.begin(), above_.end(), referrer.descriptor.digest) != above_.end()) {
        continue;
      }
      // what refers to one that was asked for is shown whatever it is
      const bool wanted = options_.artifact_type.empty() || inside_wanted_ ||
                          referrer.descriptor.artifact_type == options_.artifact_type;
      if (!wanted) continue;
      const bool before = std::exchange(inside_wanted_, true);
      ImageTree child = read_child(referrer.descriptor);
      inside_wanted_ = before;
      child.tag = referrer.tag;
      // cosign's manifests look like images
      if (child.kind == ImageTree::Kind::image) child.kind = ImageTree::Kind::artifact;
      tree.referrers.push_back(std::move(child));
    }
  }

  ImageSource& source_;
  const TreeOptions& options_;
  std::vector<Digest> above_;
  std::size_t nodes_ = 0;
  bool inside_wanted_ = false;
};

}  // namespace

std::string ImageTree::type() const {
  if (tag.ends_with(".sig")) return "cosign signature";
  if (tag.ends_with(".att")) return "cosign attestation";
  if (tag.ends_with(".sbom")) return "cosign SBOM";
  if (!descriptor.artifact_type.empty()) return descriptor.artifact_type;
  switch (kind) {
    case Kind::index:
      return "index";
    case Kind::image:
      return "image";
    case Kind::artifact:
      return "artifact";
    case Kind::missing:
      break;
  }
  return "missing";
}

ImageTree read_tree(ImageSource& source, const TreeOptions& options) {
  const RawManifest top = read_manifest(source);
  return TreeReader(source, options).read(top, top.descriptor());
}

std::vector<Referrer> list_referrers(ImageSource& source, const Digest& subject,
                                     const std::string& artifact_type) {
  std::vector<Referrer> all = source.referrers(subject);
  if (!artifact_type.empty()) {
    std::erase_if(
        all, [&](const Referrer& one) { return one.descriptor.artifact_type != artifact_type; });
  }
  return all;
}

}  // namespace lade

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "builder/export/layer_stack.h"
#include "cmd/catalogued_layer.h"
#include "cmd/scanned_layer.h"
#include "cmd/session.h"
#include "libimage/image/image.h"
#include "libimage/stream/sink.h"

namespace lade::cmd {

/// The files of an image of any transport. In the store the layers' indexes are there; of other
/// images they are made in memory, by reading every layer once.
class ImageLayers {
 public:
  /// `admission`, which may be null, is asked before a layer is read. With a `dispatch` the layers
  /// are catalogued, too, which costs nothing where that was done before; with a `scanner` they are
  /// searched for secrets, likewise.
  ImageLayers(Session& session, const std::string& name, const Platform& platform,
              Admission* admission = nullptr, const sbom::Dispatch* dispatch = nullptr,
              const sbom::SecretScanner* scanner = nullptr);

  const Image& image() const { return image_; }
  /// As the source names it, with transport.
  std::string name() const { return source_->name(); }
  /// What was found in each layer, the lowest first; nothing without a dispatch.
  const std::vector<sbom::LayerFinds>& finds() const { return finds_; }
  /// The secrets of each layer, the lowest first; nothing without a scanner.
  const std::vector<sbom::LayerSecrets>& secrets() const { return secrets_; }
  const MergedTree& tree() const { return stack_.tree; }
  const builder::LayerStack& stack() const { return stack_; }
  /// The contents of the files at these paths, links followed, each layer read once at most. What
  /// is not there, no file, or larger than the limit is left out.
  std::map<std::string, std::string> read_files(const std::set<std::string>& paths,
                                                std::uint64_t limit_bytes) const;
  /// The contents of a regular file, or of a hard link to one.
  void write_file(const TreeEntry& file, Sink& sink) const;

 private:
  std::unique_ptr<Source> open_layer(std::size_t layer) const;
  std::shared_ptr<const Toc> index(std::size_t layer) const;
  LayerAccess access(std::size_t layer) const;

  ExpansionLimit expansion_;
  std::shared_ptr<Store> store_;  ///< nothing unless the image is in the store
  std::unique_ptr<ImageSource> source_;
  Image image_;
  builder::LayerStack stack_;
  std::vector<sbom::LayerFinds> finds_;
  std::vector<sbom::LayerSecrets> secrets_;
};

}  // namespace lade::cmd

#include "cmd/image_layers.h"

#include "libimage/archive/tar_reader.h"
#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/task_group.h"
#include "libimage/base/text.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/oci/media_type.h"
#include "libimage/stream/codec.h"
#include "libimage/stream/digester.h"

namespace lade::cmd {
namespace {

constexpr std::size_t index_threads = 2;

void require_layers(const Image& image, const std::string& name) {
  for (const Descriptor& layer : image.manifest.layers) {
    if (!media_type::is_layer(layer.media_type)) {
      fail(ErrorKind::unsupported, "{} is no image but an artifact: it holds {}", name,
           printable(layer.media_type));
    }
  }
}

std::shared_ptr<Store> find_store(Session& session, const std::string& name) {
  session.heed_signals();
  return parse_image_name(name).transport == "store" ? session.store() : nullptr;
}

/// Keeps the contents of some files of a layer.
class FileCollector final : public LayerVisitor {
 public:
  /// What the contents of a file of the layer are wanted for: by where they stand in the tar, as
  /// the name they came under may be another one's in the end, or, if they do not stand there in
  /// one piece, by path.
  struct Wanted {
    std::map<std::uint64_t, std::vector<std::string>> by_offset{};
    std::map<std::string, std::vector<std::string>, std::less<>> by_path{};
  };

  FileCollector(const Wanted& wanted, std::map<std::string, std::string>& files)
      : wanted_(wanted), files_(files) {}

  bool begin_at(const Entry& entry, std::optional<std::uint64_t> data_offset) override {
    if (!data_offset) return begin(entry);
    const auto found = wanted_.by_offset.find(*data_offset);
    current_ = found == wanted_.by_offset.end() ? nullptr : &found->second;
    text_.clear();
    return current_ != nullptr;
  }
  bool begin(const Entry& entry) override {
    const auto found = wanted_.by_path.find(entry.path);
    current_ = found == wanted_.by_path.end() ? nullptr : &found->second;
    text_.clear();
    return current_ != nullptr && entry.type == EntryType::file;
  }
  bool write(std::span<const std::byte> bytes) override {
    text_ += as_text(bytes);
    return true;
  }
  void end() override {
    for (const std::string& path : *current_) files_[path] = text_;
  }

 private:
  const Wanted& wanted_;
  std::map<std::string, std::string>& files_;
  const std::vector<std::string>* current_ = nullptr;
  std::string text_;
};

}  // namespace

ImageLayers::ImageLayers(Session& session, const std::string& name, const Platform& platform,
                         Admission* admission, const sbom::Dispatch* dispatch,
                         const sbom::SecretScanner* scanner)
    : expansion_(session.expansion()),
      store_(find_store(session, name)),
      source_(session.open_image(name)),
      image_(read_image(*source_, platform)) {
  if (admission != nullptr) admission->admit(*source_, image_.raw);
  require_layers(image_, source_->name());
  // an index in the store may list images that are elsewhere
  for (const Descriptor& layer : image_.manifest.layers) {
    if (store_ && !store_->has_blob(layer.digest)) store_ = nullptr;
  }
  std::vector<std::shared_ptr<const Toc>> tocs(image_.manifest.layers.size());
  if (dispatch != nullptr) finds_.resize(tocs.size());
  if (scanner != nullptr) secrets_.resize(tocs.size());
  const LayerNotes notes(session.store_root());
  TaskGroup group(index_threads);
  for (std::size_t layer = 0; layer < tocs.size(); ++layer) {
    group.run([&, layer] {
      if (dispatch == nullptr && scanner == nullptr) {
        tocs[layer] = index(layer);
        return;
      }
      LayerAccess wanted = access(layer);
      if (scanner != nullptr) {
        ScannedLayer scanned = scan_layer(wanted, *scanner, notes);
        wanted.toc = std::move(scanned.toc);
        secrets_[layer] = std::move(scanned.secrets);
      }
      if (dispatch != nullptr) {
        CataloguedLayer catalogued =
            catalog_layer(wanted, *dispatch, notes, session.scratch_directory());
        wanted.toc = std::move(catalogued.toc);
        finds_[layer] = std::move(catalogued.finds);
      }
      tocs[layer] = std::move(wanted.toc);
    });
  }
  group.wait();
  stack_.tree = MergedTree(std::move(tocs));
  stack_.open = [this](std::size_t layer) { return open_layer(layer); };
}

LayerAccess ImageLayers::access(std::size_t layer) const {
  const Digest& diff_id = image_.config.diff_ids.at(layer);
  LayerAccess access{.diff_id = diff_id,
                     .what = fmt::format("layer {} of {}", layer + 1, source_->name()),
                     .open = [this, layer] { return open_layer(layer); }};
  if (store_) access.toc = index(layer);
  return access;
}

std::unique_ptr<Source> ImageLayers::open_layer(std::size_t layer) const {
  const Descriptor& blob = image_.manifest.layers.at(layer);
  if (store_) return store_->open_layer(blob);
  auto verified = std::make_unique<VerifiedSource>(source_->open_blob(blob), blob,
                                                   fmt::format("layer {}", layer + 1));
  return open_sniffed(std::move(verified), expansion_);
}

std::shared_ptr<const Toc> ImageLayers::index(std::size_t layer) const {
  const Digest& diff_id = image_.config.diff_ids.at(layer);
  if (store_) return store_->toc(image_.manifest.layers[layer], diff_id);
  const auto tar = open_layer(layer);
  auto toc = index_layer(*tar, fmt::format("layer {} of {}", layer + 1, source_->name()));
  if (toc->diff_id() != diff_id) {
    fail(ErrorKind::corrupt, "layer {} of {} holds {}, its configuration says {}", layer + 1,
         source_->name(), toc->diff_id().str(), diff_id.str());
  }
  return toc;
}

std::map<std::string, std::string> ImageLayers::read_files(const std::set<std::string>& paths,
                                                           std::uint64_t limit_bytes) const {
  std::map<std::size_t, FileCollector::Wanted> wanted;
  for (const std::string& path : paths) {
    const auto shown = stack_.tree.find_resolved(path);
    if (!shown) continue;
    const TreeEntry content = stack_.tree.content_of(*shown);
    if (content.entry.type != EntryType::file || content.entry.size_bytes > limit_bytes) continue;
    FileCollector::Wanted& of_layer = wanted[content.layer];
    if (content.entry.data_offset) {
      of_layer.by_offset[*content.entry.data_offset].push_back(path);
    } else {
      of_layer.by_path[std::string(content.entry.path)].push_back(path);
    }
  }
  std::map<std::string, std::string> files;
  for (const auto& [layer, names] : wanted) {
    FileCollector collector(names, files);
    visit_layer(*open_layer(layer), fmt::format("layer {}", layer + 1), collector);
  }
  return files;
}

void ImageLayers::write_file(const TreeEntry& file, Sink& sink) const {
  const TreeEntry content = stack_.tree.content_of(file);
  if (store_) {
    const auto source = store_->open_content(image_.manifest.layers[content.layer], content.entry);
    copy(*source, sink);
    return;
  }
  const auto tar = open_layer(content.layer);
  TarReader reader(*tar, fmt::format("layer {}", content.layer + 1));
  const auto offset = content.entry.data_offset;
  TocBuilder builder;
  while (const auto member = reader.next()) {
    if (member->type == EntryType::file && reader.data_offset() == offset &&
        (offset || builder.place(*member) == content.entry.path)) {
      copy(reader.data(), sink);
      return;
    }
    if (!offset) builder.add(*member, std::nullopt, std::nullopt);
  }
  fail(ErrorKind::internal, "{} vanished from its layer", content.entry.path);
}

}  // namespace lade::cmd

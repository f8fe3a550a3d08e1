#include "builder/exec/workshop.h"

#include "builder/exec/image_tree.h"
#include "libimage/base/error.h"
#include "libimage/layer/layer_path.h"

namespace lade::builder {
namespace {

constexpr std::size_t user_file_limit_bytes = 16U << 20U;

}  // namespace

std::shared_ptr<const Toc> Workshop::toc(const LayerRef& layer) const {
  auto known = tocs.with([&](const auto& map) {
    const auto at = map.find(layer.diff_id);
    return at == map.end() ? nullptr : at->second;
  });
  if (known) return known;
  auto opened = store->toc(layer.blob, layer.diff_id);
  tocs.with([&](auto& map) { map.emplace(layer.diff_id, opened); });
  return opened;
}

MergedTree Workshop::tree(const std::vector<LayerRef>& layers) const {
  std::vector<std::shared_ptr<const Toc>> found;
  found.reserve(layers.size());
  for (const LayerRef& layer : layers) found.push_back(toc(layer));
  return MergedTree(std::move(found));
}

std::unique_ptr<SourceTree> Workshop::files(const std::string& name,
                                            const std::vector<LayerRef>& layers) const {
  return std::make_unique<ImageTree>(name, store, layers, tree(layers));
}

ContextTree& Workshop::context(const std::string& name) const {
  const auto found = contexts.find(name);
  if (found == contexts.end()) {
    if (!name.empty()) fail(ErrorKind::not_found, "there is no build context \"{}\"", name);
    fail(ErrorKind::not_found,
         "this build has no context directory: only URLs and --from can be copied");
  }
  return *found->second;
}

void Workshop::require_going_on() const {
  if (stop.cancelled()) fail(ErrorKind::cancelled, "the build was stopped");
}

std::optional<std::string> Workshop::read_image_file(const std::vector<LayerRef>& layers,
                                                     std::string_view path) const {
  if (layers.empty()) return std::nullopt;
  const MergedTree merged = tree(layers);
  const auto found = merged.find_resolved(path);
  if (!found) return std::nullopt;
  const TreeEntry file = merged.content_of(*found);
  if (file.entry.type != EntryType::file) return std::nullopt;
  const auto content = store->open_content(layers.at(file.layer).blob, file.entry);
  return read_all(*content, user_file_limit_bytes, path);
}

ResolvedUser find_user(const Workshop& workshop, const std::vector<LayerRef>& layers,
                       const std::string& user) {
  const auto passwd = workshop.read_image_file(layers, "etc/passwd");
  const auto group = workshop.read_image_file(layers, "etc/group");
  return resolve_user(user, passwd.value_or(""), group.value_or(""));
}

FileOwner find_owner(const Workshop& workshop, const std::vector<LayerRef>& layers,
                     const std::string& owner) {
  const auto passwd = workshop.read_image_file(layers, "etc/passwd");
  const auto group = workshop.read_image_file(layers, "etc/group");
  return resolve_owner(owner, passwd.value_or(""), group.value_or(""));
}

std::string chain_key(const std::vector<LayerRef>& layers) {
  if (layers.empty()) return "scratch";
  std::vector<Digest> diff_ids;
  diff_ids.reserve(layers.size());
  for (const LayerRef& layer : layers) diff_ids.push_back(layer.diff_id);
  return chain_id(diff_ids).str();
}

std::optional<LayerRef> write_layer(const Workshop& workshop,
                                    const std::function<void(LayerWriter&)>& fill,
                                    const std::function<void(const Toc&)>& check) {
  const auto blob = workshop.store->begin_blob(HashAlgorithm::sha256);
  LayerWriter writer(*blob, workshop.encoding);
  fill(writer);
  const WrittenLayer layer = writer.finish();
  if (layer.members == 0) return std::nullopt;
  if (check) check(*layer.toc);
  Descriptor descriptor = blob->commit(nullptr);
  descriptor.media_type = workshop.layer_type;
  workshop.lease->add(descriptor.digest);
  workshop.store->put_layer(descriptor, layer);
  return LayerRef{descriptor, layer.toc->diff_id()};
}

}  // namespace lade::builder

#include "cmd/image_inventory.h"

#include <unistd.h>

#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/oci/reference.h"
#include "libimage/transport/dir_files.h"
#include "libimage/transport/transport.h"
#include "sbom/binary/catalogers.h"
#include "sbom/catalog/assemble.h"
#include "sbom/catalog/catalog_directory.h"
#include "sbom/catalog/os_release.h"
#include "sbom/distribution/catalogers.h"
#include "sbom/format/read_sbom.h"
#include "sbom/language/catalogers.h"

namespace lade::cmd {
namespace {

constexpr std::string_view sbom_prefix = "sbom:";
constexpr std::string_view directory_prefix = "dir:";

/// Name and tag as a registry or the store has them, else the whole name and the digest.
void name_subject(sbom::Subject& subject, const std::string& name) {
  ImageName parts = parse_image_name(name);
  std::string_view details = parts.details;
  if (details.starts_with("//")) details.remove_prefix(2);
  const bool is_named = parts.transport == "docker" || parts.transport == "store";
  const auto reference = is_named ? Reference::try_parse(details) : std::nullopt;
  subject.name = reference ? reference->name() : std::string(details);
  subject.version = reference && reference->tag() ? *reference->tag() : subject.manifest->str();
}

std::vector<sbom::LayerOrigin> origins_of(const Image& image) {
  std::vector<sbom::LayerOrigin> origins;
  for (std::size_t layer = 0; layer < image.manifest.layers.size(); ++layer) {
    const Descriptor& blob = image.manifest.layers[layer];
    origins.push_back({.digest = blob.digest,
                       .diff_id = image.config.diff_ids.at(layer),
                       .size_bytes = blob.size_bytes,
                       .media_type = blob.media_type});
  }
  std::size_t layer = 0;
  for (const HistoryEntry& entry : image.config.history) {
    if (entry.empty_layer || layer >= origins.size()) continue;
    origins[layer++].created_by = entry.created_by;
  }
  return origins;
}

/// skopeo's directories have a file that says which version of its form they are in; other files of
/// that name are just that.
bool is_plain_directory(const std::string& name) {
  return name.starts_with(directory_prefix) && !is_dir_image(name.substr(directory_prefix.size()));
}

sbom::Inventory read_directory(Session& session, const std::string& path,
                               const sbom::Dispatch& dispatch) {
  session.heed_signals();
  const auto indexed = sbom::catalog_directory(
      path, dispatch, {.what = path, .scratch = session.scratch_directory()},
      session.cancel_token());
  return sbom::assemble(dispatch.catalogers(), MergedTree({indexed.toc}), {*indexed.finds},
                        {.kind = sbom::SubjectKind::directory, .name = path, .layers = {{}}});
}

}  // namespace

sbom::Catalogers all_catalogers(bool declared) {
  sbom::Catalogers list{sbom::make_os_release_cataloger()};
  sbom::add_distribution_catalogers(list);
  sbom::add_language_catalogers(list);
  sbom::add_binary_catalogers(list);
  if (declared) sbom::add_declared_catalogers(list);
  return list;
}

sbom::Subject subject_of(const Image& image, const std::string& name) {
  sbom::Subject subject{.manifest = image.raw.digest,
                        .config = image.manifest.config.digest,
                        .platform = image.config.platform.str(),
                        .created = image.config.created,
                        .layers = origins_of(image)};
  name_subject(subject, name);
  for (const sbom::LayerOrigin& layer : subject.layers) subject.size_bytes += layer.size_bytes;
  for (const auto& [key, value] : image.config.config.labels) {
    subject.labels.emplace_back(key, value);
  }
  return subject;
}

std::optional<sbom::SbomDocument> find_document(const std::string& name) {
  if (!name.starts_with(sbom_prefix)) return std::nullopt;
  return read_document(name);
}

sbom::SbomDocument read_document(const std::string& file) {
  const std::string path = file.starts_with(sbom_prefix) ? file.substr(sbom_prefix.size()) : file;
  if (path == "-")
    return sbom::read_sbom(read_all(STDIN_FILENO, "stdin", sbom::sbom_limit_bytes), "stdin");
  return sbom::read_sbom(read_file(path, sbom::sbom_limit_bytes), path);
}

sbom::Inventory read_inventory(Session& session, const std::string& name, const Platform& platform,
                               bool declared) {
  if (auto document = find_document(name)) return std::move(document->inventory);
  const sbom::Catalogers catalogers = all_catalogers(declared);
  const sbom::Dispatch dispatch(catalogers);
  if (is_plain_directory(name)) {
    return read_directory(session, name.substr(directory_prefix.size()), dispatch);
  }
  const ImageLayers layers(session, name, platform, nullptr, &dispatch);
  return sbom::assemble(catalogers, layers.tree(), layers.finds(),
                        subject_of(layers.image(), layers.name()));
}

void warn_of_remarks(const Session& session, const sbom::Inventory& inventory) {
  for (const sbom::Remark& remark : inventory.remarks) {
    session.warn(fmt::format("{}: {}", printable(remark.path), printable(remark.message)));
  }
}

}  // namespace lade::cmd

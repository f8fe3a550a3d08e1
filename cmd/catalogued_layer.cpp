#include "cmd/catalogued_layer.h"

#include <optional>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/stream/digester.h"
#include "libimage/stream/pipe.h"

// Two notes are kept of a layer: its toc, if no store has it, and what the catalogers found, under
// the version of all of them. A note that is damaged or of another version is as good as none. What
// is noted under a diff id must be of that layer, whatever the image says: another image on the
// same base will believe it. So either the toc was made on the way, or the bytes are hashed.
namespace lade::cmd {
namespace {

constexpr std::string_view toc_kind = "toc";

bool is_no_use(const Error& error) {
  return error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::unsupported;
}

std::optional<sbom::LayerFinds> find_finds(const LayerAccess& layer, const LayerNotes& notes,
                                           const std::string& kind) {
  const auto bytes = notes.find(layer.diff_id, kind);
  if (!bytes) return std::nullopt;
  try {
    return sbom::decode_finds(*bytes);
  } catch (const Error& error) {
    if (!is_no_use(error)) throw;
    return std::nullopt;
  }
}

sbom::LayerFinds read_finds(const LayerAccess& layer, const sbom::Dispatch& dispatch,
                            const sbom::CatalogOptions& options) {
  const auto tar = read_ahead(layer.open());
  DigestSource digested(*tar);
  sbom::LayerFinds finds = sbom::catalog_layer(digested, dispatch, options);
  require_diff_id(layer, digested.digest());
  return finds;
}

}  // namespace

std::shared_ptr<const Toc> find_noted_toc(const LayerAccess& layer, const LayerNotes& notes) {
  if (layer.toc) return layer.toc;
  auto bytes = notes.find(layer.diff_id, toc_kind);
  if (!bytes) return nullptr;
  try {
    auto toc = Toc::from_bytes(*std::move(bytes), layer.what);
    return toc->diff_id() == layer.diff_id ? toc : nullptr;
  } catch (const Error& error) {
    if (!is_no_use(error)) throw;
    return nullptr;
  }
}

void note_toc(const LayerAccess& layer, const LayerNotes& notes, const Toc& toc) {
  notes.put(layer.diff_id, toc_kind, toc.bytes());
}

void require_diff_id(const LayerAccess& layer, const Digest& got) {
  if (got == layer.diff_id) return;
  fail(ErrorKind::corrupt, "{} holds {}, the configuration of the image says {}", layer.what,
       got.str(), layer.diff_id.str());
}

CataloguedLayer catalog_layer(const LayerAccess& layer, const sbom::Dispatch& dispatch,
                              const LayerNotes& notes, const std::string& scratch) {
  const std::string kind = "finds-" + dispatch.version().hex().substr(0, 16);
  CataloguedLayer known{find_noted_toc(layer, notes), {}};
  auto finds = find_finds(layer, notes, kind);
  if (known.toc && finds) return {std::move(known.toc), *std::move(finds)};
  if (!known.toc) {
    const auto tar = read_ahead(layer.open());
    auto indexed =
        sbom::index_and_catalog_layer(*tar, dispatch, {.what = layer.what, .scratch = scratch});
    require_diff_id(layer, indexed.toc->diff_id());
    note_toc(layer, notes, *indexed.toc);
    known.toc = std::move(indexed.toc);
    finds = std::move(indexed.finds);
  }
  if (!finds) {
    finds = read_finds(layer, dispatch,
                       {.what = layer.what, .scratch = scratch, .toc = known.toc.get()});
  }
  notes.put(layer.diff_id, kind, sbom::encode_finds(*finds));
  known.finds = *std::move(finds);
  return known;
}

}  // namespace lade::cmd

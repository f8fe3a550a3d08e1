#include "cmd/scanned_layer.h"

#include <optional>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/stream/digester.h"
#include "libimage/stream/pipe.h"

namespace lade::cmd {
namespace {

std::optional<sbom::LayerSecrets> find_secrets(const LayerAccess& layer, const LayerNotes& notes,
                                               const std::string& kind) {
  const auto bytes = notes.find(layer.diff_id, kind);
  if (!bytes) return std::nullopt;
  try {
    return sbom::decode_secrets(*bytes);
  } catch (const Error& error) {
    // as good as none
    if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::unsupported) throw;
    return std::nullopt;
  }
}

sbom::LayerSecrets read_secrets(const LayerAccess& layer, const sbom::SecretScanner& scanner) {
  const auto tar = read_ahead(layer.open());
  DigestSource digested(*tar);
  sbom::LayerSecrets secrets = scanner.scan_layer(digested, layer.what);
  require_diff_id(layer, digested.digest());
  return secrets;
}

}  // namespace

ScannedLayer scan_layer(const LayerAccess& layer, const sbom::SecretScanner& scanner,
                        const LayerNotes& notes) {
  const std::string kind = "secrets-" + scanner.rules().version().hex().substr(0, 16);
  ScannedLayer known{find_noted_toc(layer, notes), {}};
  auto secrets = find_secrets(layer, notes, kind);
  if (known.toc && secrets) return {std::move(known.toc), *std::move(secrets)};
  if (!known.toc) {
    const auto tar = read_ahead(layer.open());
    auto indexed = scanner.index_and_scan_layer(*tar, layer.what);
    require_diff_id(layer, indexed.toc->diff_id());
    note_toc(layer, notes, *indexed.toc);
    known.toc = std::move(indexed.toc);
    secrets = std::move(indexed.secrets);
  }
  if (!secrets) secrets = read_secrets(layer, scanner);
  notes.put(layer.diff_id, kind, sbom::encode_secrets(*secrets));
  known.secrets = *std::move(secrets);
  return known;
}

}  // namespace lade::cmd

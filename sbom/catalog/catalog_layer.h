#pragma once

#include <functional>
#include <memory>
#include <string>

#include "libimage/archive/entry.h"
#include "libimage/layer/toc.h"
#include "libimage/stream/source.h"
#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Finds which catalogers want a file. Made once, used from several threads.
class Dispatch {
 public:
  explicit Dispatch(const Catalogers& catalogers);
  ~Dispatch();
  Dispatch(Dispatch&&) noexcept;

  const Catalogers& catalogers() const;
  /// Those whose rules name the path and who want it.
  std::vector<const Cataloger*> of_path(std::string_view path, std::uint64_t size_bytes) const;
  /// Those who want every ELF file.
  const std::vector<const Cataloger*>& of_elf() const;
  /// Names and versions of all catalogers in one digest: what caches are keyed by.
  Digest version() const;

 private:
  struct Table;
  std::unique_ptr<Table> table_;
};

/// Reads the wanted files of one layer in one pass over its uncompressed tar. `scratch` is a
/// directory for large files, which have no name there. `toc`, if it is known, lets the pass end
/// behind the last file that anybody wants.
LayerFinds catalog_layer(Source& tar, const Dispatch& dispatch, const std::string& what,
                         const std::string& scratch, const Toc* toc = nullptr);

/// The same, and the toc of the layer, made on the way.
struct IndexedFinds {
  std::shared_ptr<const Toc> toc;
  LayerFinds finds;
};
IndexedFinds index_and_catalog_layer(Source& tar, const Dispatch& dispatch, const std::string& what,
                                     const std::string& scratch);

}  // namespace lade::sbom

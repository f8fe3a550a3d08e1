#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "libimage/oci/digest.h"
#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Finds which catalogers want a file: one look-up for each kind of rule, however many rules there
/// are. Made once, used from several threads.
class Dispatch {
 public:
  explicit Dispatch(Catalogers catalogers);
  Dispatch(Dispatch&&) noexcept;
  ~Dispatch();

  const Catalogers& catalogers() const;
  /// Those whose rules name the path and who want it, in their order.
  std::vector<const Cataloger*> of_path(std::string_view path, std::uint64_t size_bytes) const;
  /// Those who want every ELF file.
  const std::vector<const Cataloger*>& of_elf() const;
  /// Of all names and versions: what caches are keyed by.
  Digest version() const;

 private:
  struct Table;
  std::unique_ptr<Table> table_;
};

}  // namespace lade::sbom

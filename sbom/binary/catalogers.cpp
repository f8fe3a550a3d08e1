#include "sbom/binary/catalogers.h"

namespace lade::sbom {

void add_binary_catalogers(Catalogers& list) {
  list.push_back(make_elf_cataloger());
  list.push_back(make_go_cataloger());
  list.push_back(make_rust_cataloger());
  list.push_back(make_software_cataloger());
  list.push_back(make_sbom_cataloger());
}

}  // namespace lade::sbom

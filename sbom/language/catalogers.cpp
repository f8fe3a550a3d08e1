#include "sbom/language/catalogers.h"

#include "sbom/language/factories.h"

namespace lade::sbom {

void add_language_catalogers(Catalogers& list) {
  list.push_back(npm_cataloger());
  list.push_back(python_cataloger());
  list.push_back(java_cataloger());
  list.push_back(ruby_cataloger());
  list.push_back(php_cataloger());
  list.push_back(dotnet_cataloger());
  list.push_back(conda_cataloger());
}

}  // namespace lade::sbom

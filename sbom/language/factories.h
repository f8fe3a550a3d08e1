#pragma once

#include <memory>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

std::shared_ptr<const Cataloger> npm_cataloger();
std::shared_ptr<const Cataloger> python_cataloger();
std::shared_ptr<const Cataloger> java_cataloger();
std::shared_ptr<const Cataloger> ruby_cataloger();
std::shared_ptr<const Cataloger> php_cataloger();
std::shared_ptr<const Cataloger> dotnet_cataloger();
std::shared_ptr<const Cataloger> conda_cataloger();

}  // namespace lade::sbom

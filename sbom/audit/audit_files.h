#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "sbom/audit/audit_subject.h"
#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// The small files whose contents checks ask for.
std::span<const std::string_view> audit_file_paths();

/// Notes them while a layer passes by, so that a layer is read once however often an image on it is
/// audited. Of etc/shadow it keeps who has a password and no hash.
std::shared_ptr<const Cataloger> make_audit_cataloger();

/// The file system as checks want it. Both outlive it; `layers` are what catalogers found, lowest
/// first.
AuditFiles audit_files(const MergedTree& tree, const std::vector<LayerFinds>& layers);

}  // namespace lade::sbom

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/session.h"
#include "sbom/vuln/database.h"
#include "sbom/vuln/match.h"
#include "sbom/vulndata/database_folder.h"

namespace lade::cmd {

/// The databases of vulnerabilities, below the store's root; neither it nor they need be there.
sbom::DatabaseFolder vulndb_folder(const Session& session);

/// All of them, in the order of their names, and their texts, which may be null.
struct VulnDatabases {
  sbom::Databases databases{};
  std::vector<std::shared_ptr<const sbom::ProviderTexts>> texts{};
};
VulnDatabases open_vuln_databases(const Session& session);
/// Without the texts.
sbom::Databases open_databases(const Session& session);

/// The artifact that databases travel in, and its layers: zstd, titled as the files.
inline constexpr std::string_view vulndb_artifact_type = "application/vnd.lade.vulndb.v1";
inline constexpr std::string_view vulndb_records_type =
    "application/vnd.lade.vulndb.records.v1+zstd";
inline constexpr std::string_view vulndb_texts_type = "application/vnd.lade.vulndb.texts.v1+zstd";
inline constexpr std::string_view vulndb_provider_annotation = "vnd.lade.vulndb.provider";
inline constexpr std::string_view vulndb_stamp_annotation = "vnd.lade.vulndb.stamp";

}  // namespace lade::cmd

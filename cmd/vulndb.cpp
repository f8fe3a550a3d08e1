#include "cmd/vulndb.h"

#include <utility>

#include "libimage/base/file.h"

namespace lade::cmd {

sbom::DatabaseFolder vulndb_folder(const Session& session) {
  return sbom::DatabaseFolder(join_path(session.store_root(), "vulndb"));
}

VulnDatabases open_vuln_databases(const Session& session) {
  const sbom::DatabaseFolder folder = vulndb_folder(session);
  VulnDatabases all;
  for (const std::string& provider : folder.providers()) {
    sbom::DatabaseFolder::Opened opened = folder.open(provider);
    all.databases.push_back(std::move(opened.records));
    all.texts.push_back(std::move(opened.texts));
  }
  return all;
}

sbom::Databases open_databases(const Session& session) {
  return open_vuln_databases(session).databases;
}

}  // namespace lade::cmd

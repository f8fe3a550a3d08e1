#include "sbom/distribution/rpm_database.h"

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "sbom/distribution/package_collector.h"
#include "sbom/distribution/rpm_package.h"

// No form of the database packs anything and no header lies in another one, so all headers together
// are smaller than the file: one that tells of more was made to be read for ever.
namespace lade::sbom {
namespace {

void visit_headers(std::span<const std::byte> database, const HeaderVisitor& visit) {
  const std::string_view text = as_text(database);
  if (text.starts_with("SQLite format 3")) return visit_sqlite_headers(database, visit);
  if (text.starts_with("RpmP")) return visit_ndb_headers(database, visit);
  visit_berkeley_headers(database, visit);
}

}  // namespace

Find parse_rpm_database(std::span<const std::byte> database) {
  PackageCollector collector;
  std::size_t visited_bytes = 0;
  try {
    visit_headers(database, [&](std::span<const std::byte> header) {
      visited_bytes += header.size();
      if (visited_bytes > database.size()) {
        fail(ErrorKind::corrupt, "headers of more than the {} bytes of the database",
             database.size());
      }
      return add_rpm_package(header, collector);
    });
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::unsupported) throw;
    collector.fault(error.message());
  }
  return collector.take();
}

}  // namespace lade::sbom

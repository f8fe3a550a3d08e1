#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "sbom/catalog/find.h"

namespace lade::sbom {

/// Is given the header of each package; answers whether it wants the next one.
using HeaderVisitor = std::function<bool(std::span<const std::byte>)>;

// The forms in which rpm keeps its headers. Each throws `corrupt` where the bytes are not what they
// promise, and `unsupported` for what rpm does not write; headers before that were visited.

/// rpmdb.sqlite: a table "Packages" with a header in each row.
void visit_sqlite_headers(std::span<const std::byte> database, const HeaderVisitor& visit);
/// Packages.db, of SUSE: slots that say where each header lies.
void visit_ndb_headers(std::span<const std::byte> database, const HeaderVisitor& visit);
/// Packages, up to RHEL 8: a hash table of Berkeley DB, read page after page.
void visit_berkeley_headers(std::span<const std::byte> database, const HeaderVisitor& visit);

/// The packages of a database of any of these forms, with the paths that they own as note
/// (owned_paths_of).
Find parse_rpm_database(std::span<const std::byte> database);
/// How many pages a write-ahead log of SQLite says were written that the database beside it may
/// lack (SQLite's file format, "The Write-Ahead Log"); 0 if there is no whole transaction in it.
std::size_t count_logged_pages(std::span<const std::byte> log);

}  // namespace lade::sbom

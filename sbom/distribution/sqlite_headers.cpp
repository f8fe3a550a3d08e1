#include <sqlite3.h>

#include <algorithm>
#include <memory>

#include "libimage/base/error.h"
#include "sbom/distribution/byte_reader.h"
#include "sbom/distribution/memory_vfs.h"
#include "sbom/distribution/rpm_database.h"

// A stranger's database can hold views, virtual tables and tables with computed columns under the
// name that is asked for, and an expression can take hours in a single step. So only a plain table
// counts, SQLite is told to trust nothing in the schema, no value may be larger than the file, and
// a query may take so many steps and no more. No order is asked for, which might need a sorter: a
// table gives its rows in the order of their numbers.
namespace lade::sbom {
namespace {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using SqliteHandle = std::unique_ptr<sqlite3, CloseDatabase>;
using SqliteQuery = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

constexpr int steps_between_looks = 100'000;
constexpr int most_looks = 500;
constexpr std::size_t longest_header_bytes = std::size_t{256} << 20U;  // rpm's own limit

[[noreturn]] void fail_sqlite(sqlite3* database) {
  fail(ErrorKind::corrupt, "SQLite says: {}", sqlite3_errmsg(database));
}

/// Ends what takes too long.
int count_look(void* looks) { return ++*static_cast<int*>(looks) > most_looks ? 1 : 0; }

SqliteHandle open_untrusted(const MemoryVfs& vfs, std::size_t database_bytes, int& looks) {
  sqlite3* opened = nullptr;
  const int result =
      sqlite3_open_v2("rpmdb", &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, vfs.name());
  SqliteHandle database(opened);
  if (result != SQLITE_OK) fail_sqlite(database.get());
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_limit(opened, SQLITE_LIMIT_LENGTH,
                static_cast<int>(std::min(database_bytes, longest_header_bytes)));
  sqlite3_limit(opened, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(opened, SQLITE_LIMIT_WORKER_THREADS, 0);
  sqlite3_progress_handler(opened, steps_between_looks, count_look, &looks);
  return database;
}

SqliteQuery prepare(sqlite3* database, const char* text) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, text, -1, &statement, nullptr) != SQLITE_OK) {
    fail_sqlite(database);
  }
  return SqliteQuery(statement);
}

bool next_row(sqlite3* database, const SqliteQuery& query) {
  const int result = sqlite3_step(query.get());
  if (result != SQLITE_ROW && result != SQLITE_DONE) fail_sqlite(database);
  return result == SQLITE_ROW;
}

}  // namespace

void visit_sqlite_headers(std::span<const std::byte> database, const HeaderVisitor& visit) {
  const MemoryVfs vfs(database);
  int looks = 0;
  const SqliteHandle handle = open_untrusted(vfs, database.size(), looks);
  // a virtual table has no page of its own, a computed column is a hidden one
  const SqliteQuery tables =
      prepare(handle.get(),
              "SELECT 1 FROM sqlite_schema WHERE name = 'Packages' AND type = 'table' "
              "AND rootpage > 0 AND NOT EXISTS "
              "(SELECT 1 FROM pragma_table_xinfo('Packages') WHERE hidden <> 0)");
  if (!next_row(handle.get(), tables)) {
    fail(ErrorKind::corrupt, "the database has no table of packages");
  }
  const SqliteQuery headers = prepare(handle.get(), "SELECT blob FROM Packages NOT INDEXED");
  while (next_row(handle.get(), headers)) {
    const void* const blob = sqlite3_column_blob(headers.get(), 0);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(headers.get(), 0));
    if (blob == nullptr) fail(ErrorKind::corrupt, "a package without a header");
    if (!visit({static_cast<const std::byte*>(blob), size})) return;
  }
}

std::size_t count_logged_pages(std::span<const std::byte> log) {
  constexpr std::size_t head_bytes = 32;
  constexpr std::size_t frame_head_bytes = 24;
  if (log.size() < head_bytes) return 0;
  const ByteReader file(log, ByteReader::Order::big);
  const std::size_t page_bytes = file.load<std::uint32_t>(8);
  if ((file.load<std::uint32_t>(0) & ~1U) != 0x377f0682 || page_bytes < 512 || page_bytes > 65536) {
    return 0;
  }
  const auto salts = file.load<std::uint64_t>(16);
  std::size_t frames = 0;
  std::size_t committed = 0;
  for (std::size_t at = head_bytes; log.size() - at >= frame_head_bytes + page_bytes;
       at += frame_head_bytes + page_bytes) {
    // frames of a log that was begun anew since
    if (file.load<std::uint64_t>(at + 8) != salts) break;
    ++frames;
    if (file.load<std::uint32_t>(at + 4) != 0) committed = frames;
  }
  return committed;
}

}  // namespace lade::sbom

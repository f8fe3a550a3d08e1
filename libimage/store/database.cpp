#include "libimage/store/database.h"

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/file_lock.h"

// Rows are of two sorts. Facts are true of a digest for ever, wherever the blob is (its diff id,
// the config of a manifest); to lose one costs some work. Pointers (names, cache records) promise
// that blobs are there, so they are written after BlobDir::sync, and names in a transaction that
// fsyncs the log. With WAL and synchronous=NORMAL a power cut can take the last commits but never
// their order, which is all that facts and cache records need; names are committed with FULL.
//
// The log stays when the last process closes: folding it into the database costs two fsyncs, and
// most commands write a row or two. It is folded in by whoever makes it longer than `log_pages`.
namespace lade {
namespace {

constexpr std::int64_t schema_version = 2;
constexpr int busy_timeout_ms = 60'000;

constexpr const char* settings = R"(
  PRAGMA synchronous=NORMAL;
  PRAGMA wal_autocheckpoint=250;
  PRAGMA foreign_keys=OFF;
)";

constexpr const char* first_schema = R"(
  BEGIN IMMEDIATE;
  CREATE TABLE names (
    name TEXT PRIMARY KEY, media_type TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
    updated INTEGER NOT NULL, updated_ns INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX names_digest ON names (digest);
  CREATE TABLE unnamed (
    digest TEXT PRIMARY KEY, media_type TEXT NOT NULL, size INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE manifests (
    digest TEXT PRIMARY KEY, media_type TEXT NOT NULL, size INTEGER NOT NULL,
    image_id TEXT, subject TEXT) WITHOUT ROWID;
  CREATE INDEX manifests_image_id ON manifests (image_id) WHERE image_id IS NOT NULL;
  CREATE INDEX manifests_subject ON manifests (subject) WHERE subject IS NOT NULL;
  CREATE TABLE layers (
    digest TEXT PRIMARY KEY, media_type TEXT NOT NULL, size INTEGER NOT NULL,
    diff_id TEXT NOT NULL, tar_bytes INTEGER, frames BLOB) WITHOUT ROWID;
  CREATE INDEX layers_diff_id ON layers (diff_id);
  CREATE TABLE cache (key TEXT PRIMARY KEY, value TEXT NOT NULL, used INTEGER NOT NULL)
    WITHOUT ROWID;
  CREATE TABLE cache_blobs (key TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (key, digest))
    WITHOUT ROWID;
  PRAGMA user_version = 1;
  COMMIT;
)";

/// Version 2: what cosign's tags tie to images, and which repositories had a blob.
constexpr const char* second_schema = R"(
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS attached (
    tag TEXT PRIMARY KEY, subject TEXT NOT NULL, media_type TEXT NOT NULL, digest TEXT NOT NULL,
    size INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS attached_subject ON attached (subject);
  CREATE TABLE IF NOT EXISTS places (
    id INTEGER PRIMARY KEY, digest TEXT NOT NULL, repository TEXT NOT NULL,
    UNIQUE (digest, repository));
  PRAGMA user_version = 2;
  COMMIT;
)";

ErrorKind kind_of(int result) {
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorKind::conflict;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorKind::corrupt;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return ErrorKind::denied;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
      return ErrorKind::io;
    default:
      return ErrorKind::internal;
  }
}

/// A path as an SQLite URI takes it.
std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    const bool special = c == '%' || c == '?' || c == '#';
    special ? uri += fmt::format("%{:02x}", static_cast<unsigned>(c)) : uri += c;
  }
  return uri;
}

[[noreturn]] void fail_sqlite(sqlite3* connection, int result) {
  const char* path = connection != nullptr ? ::sqlite3_db_filename(connection, "main") : nullptr;
  const char* text =
      connection != nullptr ? ::sqlite3_errmsg(connection) : ::sqlite3_errstr(result);
  if (kind_of(result) == ErrorKind::conflict) text = "another process keeps it locked";
  fail(kind_of(result), "cannot use the database {}: {}", path != nullptr ? path : "", text);
}

}  // namespace

Statement::~Statement() {
  if (statement_ == nullptr) return;
  ::sqlite3_reset(statement_);
  ::sqlite3_clear_bindings(statement_);
}

void Statement::check(int result) const {
  if (result != SQLITE_OK) fail_sqlite(connection_, result);
}

void Statement::bind(std::string_view text) {
  check(::sqlite3_bind_text64(statement_, ++bound_, text.data() == nullptr ? "" : text.data(),
                              text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind(std::int64_t number) {
  check(::sqlite3_bind_int64(statement_, ++bound_, number));
}

void Statement::bind_bytes(std::string_view bytes) {
  check(::sqlite3_bind_blob64(statement_, ++bound_, bytes.data() == nullptr ? "" : bytes.data(),
                              bytes.size(), SQLITE_TRANSIENT));
}

void Statement::bind_null() { check(::sqlite3_bind_null(statement_, ++bound_)); }

bool Statement::next() {
  const int result = ::sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail_sqlite(connection_, result);
  return false;
}

std::string Statement::text(int column) const {
  const void* bytes = ::sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

std::int64_t Statement::number(int column) const {
  return ::sqlite3_column_int64(statement_, column);
}

bool Statement::is_null(int column) const {
  return ::sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Database Database::connect(const std::string& path, int flags) {
  sqlite3* connection = nullptr;
  const int result = ::sqlite3_open_v2(
      path.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database(connection);
  if (result != SQLITE_OK) fail_sqlite(connection, result);
  ::sqlite3_busy_timeout(connection, busy_timeout_ms);
  ::sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return database;
}

std::int64_t Database::version() {
  Statement statement = query("PRAGMA user_version");
  statement.next();
  return statement.number(0);
}

void Database::require_known_version(const std::string& path) {
  const std::int64_t found = version();
  if (found == 1) {
    fail(ErrorKind::unsupported,
         "the database {} has version 1: a command that may write to it brings it to version {}",
         path, schema_version);
  }
  if (found != schema_version) {
    fail(ErrorKind::unsupported,
         "the database {} has version {}, this program knows version {}: it takes a newer Lade",
         path, found, schema_version);
  }
}

/// Rows of a store that this process may not write to. SQLite must be able to read the log's index
/// beside the database; where it cannot, the database is read as if nobody wrote to it.
Database Database::connect_read_only(const std::string& path) {
  if (!file_exists(path)) {
    Database empty = connect(":memory:", SQLITE_OPEN_READWRITE);
    empty.execute(first_schema);
    empty.execute(second_schema);
    return empty;
  }
  try {
    Database database = connect(path, SQLITE_OPEN_READONLY);
    database.require_known_version(path);
    return database;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::io && error.kind() != ErrorKind::denied) throw;
    Database database =
        connect(uri_of(path) + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
    database.require_known_version(path);
    return database;
  }
}

Database Database::open(const std::string& path, const std::string& lock_path, bool read_only) {
  if (read_only) return connect_read_only(path);
  Database database = connect(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (database.version() < schema_version) database.bring_up_to_date(path, lock_path);
  database.require_known_version(path);
  database.execute(settings);
  return database;
}

void Database::bring_up_to_date(const std::string& path, const std::string& lock_path) {
  // the switch to a log does not wait for others, so only one process does it
  const auto lock = FileLock::acquire(lock_path, FileLock::Mode::exclusive);
  if (version() == 0) {
    execute("PRAGMA journal_mode=WAL");
    execute(first_schema);
    const auto slash = path.rfind('/');
    sync_directory(path.substr(0, slash));
  }
  if (version() == 1) execute(second_schema);
}

void Database::execute(const char* sql) {
  const int result = ::sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail_sqlite(connection_.get(), result);
}

sqlite3_stmt* Database::prepare(const char* sql) {
  auto& known = prepared_[sql];
  if (!known) {
    sqlite3_stmt* statement = nullptr;
    const int result = ::sqlite3_prepare_v3(connection_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT,
                                            &statement, nullptr);
    if (result != SQLITE_OK) fail_sqlite(connection_.get(), result);
    known.reset(statement);
  }
  if (::sqlite3_stmt_busy(known.get()) != 0) {
    fail(ErrorKind::internal, "a database statement was used within itself: {}", sql);
  }
  return known.get();
}

std::int64_t Database::changes() const { return ::sqlite3_changes64(connection_.get()); }

Transaction::Transaction(Database& database, Kind kind) : database_(database), kind_(kind) {
  if (kind_ == Kind::lasting) database_.execute("PRAGMA synchronous=FULL");
  database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  try {
    if (open_) database_.execute("ROLLBACK");
    if (kind_ == Kind::lasting) database_.execute("PRAGMA synchronous=NORMAL");
  } catch (const Error&) {
    // SQLite has rolled back by itself
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace lade

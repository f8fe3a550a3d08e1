#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace lade {

/// A statement under way; give its parameters in order, then step. Goes back to the database's
/// cache when it is destroyed.
class Statement {
 public:
  Statement(sqlite3* connection, sqlite3_stmt* statement)
      : connection_(connection), statement_(statement) {}
  Statement(Statement&& other) noexcept
      : connection_(other.connection_),
        statement_(std::exchange(other.statement_, nullptr)),
        bound_(other.bound_) {}
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  void bind(std::string_view text);
  void bind(std::int64_t number);
  void bind_bytes(std::string_view bytes);
  void bind_null();
  template <class T>
  void bind(const std::optional<T>& value) {
    value ? bind(*value) : bind_null();
  }

  /// True while there is a row to look at.
  bool next();
  std::string text(int column) const;
  std::int64_t number(int column) const;
  bool is_null(int column) const;

 private:
  void check(int result) const;

  sqlite3* connection_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

/// The connection to a store's rows. Used by one thread at a time.
class Database {
 public:
  /// Opens or creates. `unsupported` if a newer Lade wrote it, `corrupt` if it is no database,
  /// `conflict` if another process keeps it locked for a minute. A missing or unreachable one that
  /// is only to be read is taken for empty, or read as it stands.
  static Database open(const std::string& path, const std::string& lock_path, bool read_only);

  /// A statement with its parameters: texts and integers; optionals may be null.
  template <class... Args>
  Statement query(const char* sql, const Args&... args) {
    Statement statement(connection_.get(), prepare(sql));
    (statement.bind(args), ...);
    return statement;
  }
  /// Runs a statement that gives no rows; returns how many rows it changed.
  template <class... Args>
  std::int64_t run(const char* sql, const Args&... args) {
    Statement statement = query(sql, args...);
    while (statement.next()) continue;
    return changes();
  }
  /// One or more statements without parameters.
  void execute(const char* sql);

 private:
  struct Close {
    void operator()(sqlite3* connection) const { ::sqlite3_close_v2(connection); }
    void operator()(sqlite3_stmt* statement) const { ::sqlite3_finalize(statement); }
  };

  explicit Database(sqlite3* connection) : connection_(connection) {}
  static Database connect(const std::string& path, int flags);
  static Database connect_read_only(const std::string& path);
  std::int64_t version();
  void require_known_version(const std::string& path);
  /// Makes the tables, or those that an older program did not know.
  void bring_up_to_date(const std::string& path, const std::string& lock_path);
  sqlite3_stmt* prepare(const char* sql);
  std::int64_t changes() const;

  std::unique_ptr<sqlite3, Close> connection_;
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Close>> prepared_;
};

/// A write transaction, rolled back unless committed. A `lasting` one survives a power cut once
/// `commit` has returned, and so does every one before it.
class Transaction {
 public:
  enum class Kind { quick, lasting };

  Transaction(Database& database, Kind kind);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
  Kind kind_;
  bool open_ = true;
};

}  // namespace lade

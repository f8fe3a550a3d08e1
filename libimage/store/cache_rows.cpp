#include "libimage/store/cache_rows.h"

namespace lade {

std::optional<CacheRecord> find_cache(Database& database, std::string_view key) {
  Statement row = database.query("SELECT key, value, used FROM cache WHERE key = ?", key);
  if (!row.next()) return std::nullopt;
  return CacheRecord{row.text(0), row.text(1), {row.number(2), 0}};
}

std::vector<CacheRecord> list_cache(Database& database) {
  Statement row = database.query("SELECT key, value, used FROM cache ORDER BY key");
  std::vector<CacheRecord> records;
  while (row.next()) records.push_back({row.text(0), row.text(1), {row.number(2), 0}});
  return records;
}

std::vector<Digest> find_cache_blobs(Database& database, std::string_view key) {
  Statement row = database.query("SELECT digest FROM cache_blobs WHERE key = ?", key);
  std::vector<Digest> blobs;
  while (row.next()) blobs.push_back(Digest::parse(row.text(0)));
  return blobs;
}

void put_cache(Database& database, const CacheRecord& record, const std::vector<Digest>& blobs) {
  drop_cache(database, record.key);
  database.run("INSERT INTO cache VALUES (?, ?, ?)", record.key, record.value, record.used.seconds);
  for (const Digest& blob : blobs) {
    database.run("INSERT OR IGNORE INTO cache_blobs VALUES (?, ?)", record.key, blob.str());
  }
}

void touch_cache(Database& database, std::string_view key, Timestamp now) {
  database.run("UPDATE cache SET used = ? WHERE key = ?", now.seconds, key);
}

void drop_cache(Database& database, std::string_view key) {
  database.run("DELETE FROM cache WHERE key = ?", key);
  database.run("DELETE FROM cache_blobs WHERE key = ?", key);
}

}  // namespace lade

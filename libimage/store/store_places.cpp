// Where blobs were seen is worth a request or an upload, not more: rows have no promise to keep,
// and only the newest stay. SQLite numbers rows upwards, and one that is written again gets a new
// number, so numbers tell which were heard of last.
#include "libimage/store/local_store.h"

namespace lade {
namespace {

constexpr std::int64_t kept_rows = 20'000;
constexpr std::int64_t answered_rows = 8;

}  // namespace

void LocalStore::remember_place(std::span<const Digest> blobs, const std::string& repository) {
  if (read_only_) return;
  with_database([&](Database& rows) {
    Transaction transaction(rows, Transaction::Kind::quick);
    for (const Digest& blob : blobs) {
      rows.run("INSERT OR REPLACE INTO places (digest, repository) VALUES (?, ?)", blob.str(),
               repository);
    }
    rows.run("DELETE FROM places WHERE id <= (SELECT max(id) FROM places) - ?", kept_rows);
    transaction.commit();
  });
}

void LocalStore::forget_place(const Digest& blob, const std::string& repository) {
  if (read_only_) return;
  with_database([&](Database& rows) {
    rows.run("DELETE FROM places WHERE digest = ? AND repository = ?", blob.str(), repository);
  });
}

std::vector<std::string> LocalStore::find_places(const Digest& blob) {
  return with_database([&](Database& rows) {
    std::vector<std::string> found;
    Statement row =
        rows.query("SELECT repository FROM places WHERE digest = ? ORDER BY id DESC LIMIT ?",
                   blob.str(), answered_rows);
    while (row.next()) found.push_back(row.text(0));
    return found;
  });
}

}  // namespace lade

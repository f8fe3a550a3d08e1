#pragma once

#include <optional>
#include <vector>

#include "libimage/store/database.h"
#include "libimage/store/store.h"

namespace lade {

// Rows: what build steps produced, and the blobs each needs.

std::optional<CacheRecord> find_cache(Database& database, std::string_view key);
std::vector<CacheRecord> list_cache(Database& database);
std::vector<Digest> find_cache_blobs(Database& database, std::string_view key);
void put_cache(Database& database, const CacheRecord& record, const std::vector<Digest>& blobs);
void touch_cache(Database& database, std::string_view key, Timestamp now);
void drop_cache(Database& database, std::string_view key);

}  // namespace lade

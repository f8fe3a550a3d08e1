#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "libimage/store/database.h"
#include "libimage/store/store.h"

namespace lade {

// Rows: names and the images kept without one. A name without tag and digest means its tag
// "latest".

std::vector<NamedImage> list_names(Database& database);
std::optional<NamedImage> find_name(Database& database, const Reference& name);
/// A name that points at the digest, the first in their order.
std::optional<NamedImage> find_name_of(Database& database, const Digest& target);
/// Names of one repository.
std::vector<NamedImage> list_tags(Database& database, const Reference& repository);
std::optional<Descriptor> set_name(Database& database, const Reference& name,
                                   const Descriptor& target, Timestamp now);
bool remove_name(Database& database, const Reference& name);

void keep_unnamed(Database& database, const Descriptor& target);
std::vector<Descriptor> list_unnamed(Database& database);
bool drop_unnamed(Database& database, const Digest& target);

/// What a word means; `is_there` tells whether a manifest is in the store. Throws as
/// Store::resolve.
NamedImage resolve(Database& database, std::string_view word,
                   const std::function<bool(const Digest&)>& is_there);

}  // namespace lade

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "registry/client/repository.h"

namespace lade::registry {

/// The tags of a repository in the registry's order, over all pages; at most `limit` of them (0:
/// all). `not_found` if there is no such repository (distribution-spec 1.1, "Listing Tags").
std::vector<std::string> list_tags(const Repository& repository, std::size_t limit = 0);

/// The repositories of a registry that lists them; as above.
std::vector<std::string> list_repositories(Registry& registry, std::size_t limit = 0);

}  // namespace lade::registry

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "registry/client/repository.h"

namespace lade::registry {

/// The tags of a repository in the registry's order, over all pages; at most `limit` of them (0:
/// all). `not_found` if there is no such repository (distribution-spec 1.1, "Listing Tags").
std::vector<std::string> list_tags(const Repository& repository, std::size_t limit = 0);

/// The same one by one, until `visit` answers false: no page is asked for that nobody wants.
/// `page_size` is how many the registry is asked for at a time; 0: as many as it likes.
void visit_tags(const Repository& repository, std::size_t page_size,
                const std::function<bool(const std::string& tag)>& visit);

/// The repositories of a registry that lists them; as above.
std::vector<std::string> list_repositories(Registry& registry, std::size_t limit = 0);

}  // namespace lade::registry

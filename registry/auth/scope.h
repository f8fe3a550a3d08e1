#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/reference.h"

namespace lade::registry {

/// What a token allows: "repository:library/busybox:pull,push" (distribution's token scope).
struct Scope {
  std::string type;                  ///< "repository", "registry"
  std::string name;                  ///< "library/busybox", "catalog"; may hold colons
  std::vector<std::string> actions;  ///< sorted, each once; may be empty

  std::string str() const;
  auto operator<=>(const Scope&) const = default;
};

/// Reading a repository, and what else is asked of it ("push", "delete").
Scope repository_scope(const Reference& reference, std::vector<std::string> actions = {"pull"});
/// registry:catalog:*
Scope catalog_scope();

/// The scopes of a challenge, parted by blanks; what is no scope is left out.
std::vector<Scope> parse_scopes(std::string_view text);
/// Sorted, one per type and name, with the actions of all.
std::vector<Scope> merge_scopes(std::span<const Scope> first, std::span<const Scope> second);

}  // namespace lade::registry

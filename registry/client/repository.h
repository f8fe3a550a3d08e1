#pragma once

#include <memory>
#include <string>

#include "libimage/oci/reference.h"
#include "registry/client/registry.h"

namespace lade::registry {

/// One repository of a registry, and what is wanted there.
struct Repository {
  std::shared_ptr<Registry> registry;
  Reference reference;  ///< its tag or digest is of no interest here

  /// "/v2/<name>/" and what follows.
  std::string path(const std::string& rest) const { return "/v2/" + reference.path() + "/" + rest; }
  HttpResponse pull(HttpRequest request) const {
    return registry->send(std::move(request), {repository_scope(reference)});
  }
  HttpResponse push(HttpRequest request) const {
    return registry->send(std::move(request), push_scopes());
  }
  std::vector<Scope> push_scopes() const { return {repository_scope(reference, {"pull", "push"})}; }
  HttpResponse remove(HttpRequest request) const {
    return registry->send(std::move(request), {repository_scope(reference, {"pull", "delete"})});
  }
};

}  // namespace lade::registry

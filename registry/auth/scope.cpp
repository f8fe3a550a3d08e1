#include "registry/auth/scope.h"

#include <algorithm>
#include <map>
#include <set>

#include "libimage/base/text.h"

namespace lade::registry {
namespace {

std::vector<std::string> sorted_once(std::vector<std::string> actions) {
  const std::set<std::string> unique(actions.begin(), actions.end());
  return {unique.begin(), unique.end()};
}

}  // namespace

std::string Scope::str() const { return type + ":" + name + ":" + join(actions, ","); }

Scope repository_scope(const Reference& reference, std::vector<std::string> actions) {
  return {"repository", reference.path(), sorted_once(std::move(actions))};
}

Scope catalog_scope() { return {"registry", "catalog", {"*"}}; }

std::vector<Scope> parse_scopes(std::string_view text) {
  std::vector<Scope> scopes;
  for (const std::string& word : split(text, ' ')) {
    // the name may have a port in it: its colons are those between the first and the last
    const auto first = word.find(':');
    const auto last = word.rfind(':');
    if (first == std::string::npos || first == last || first == 0 || last == first + 1) continue;
    std::vector<std::string> actions = split(std::string_view(word).substr(last + 1), ',');
    std::erase(actions, "");
    scopes.push_back({word.substr(0, first), word.substr(first + 1, last - first - 1),
                      sorted_once(std::move(actions))});
  }
  return scopes;
}

std::vector<Scope> merge_scopes(std::span<const Scope> first, std::span<const Scope> second) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> merged;
  for (const auto scopes : {first, second}) {
    for (const Scope& scope : scopes) {
      merged[{scope.type, scope.name}].insert(scope.actions.begin(), scope.actions.end());
    }
  }
  std::vector<Scope> result;
  for (const auto& [name, actions] : merged) {
    result.push_back({name.first, name.second, {actions.begin(), actions.end()}});
  }
  return result;
}

}  // namespace lade::registry

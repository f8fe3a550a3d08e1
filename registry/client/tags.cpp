#include "registry/client/tags.h"

#include "libimage/base/error.h"
#include "libimage/base/json.h"

namespace lade::registry {
namespace {

constexpr std::size_t page_limit_bytes = 16U << 20U;
constexpr std::size_t names_limit = 1'000'000;

/// The names under `key` on each page, from `path` on.
std::vector<std::string> list_names(Registry& registry, const std::string& path,
                                    std::string_view key, const std::vector<Scope>& scopes,
                                    std::size_t limit, const std::string& action) {
  std::vector<std::string> names;
  std::string url = path;
  while (true) {
    HttpResponse response = registry.send({.url = url}, scopes);
    if (!response.ok()) fail_answer(response, action);
    const std::string text = read_all(*response.body, page_limit_bytes, "a page of names");
    const Json page = parse_json(text, "the list of " + registry.host());
    for (std::string& name : find_strings(page, key, "the list of " + registry.host())) {
      names.push_back(std::move(name));
      if (limit > 0 && names.size() == limit) return names;
    }
    const auto link = response.headers.find("Link");
    const auto next = link ? next_link(*link) : std::nullopt;
    if (!next) return names;
    std::string next_url = registry.resolve(response, *next);
    if (next_url == response.url || names.size() > names_limit) {
      fail(ErrorKind::corrupt, "cannot {}: the pages do not end", action);
    }
    url = std::move(next_url);
  }
}

std::string paged(std::string path, std::size_t limit) {
  return limit == 0 ? path : fmt::format("{}?n={}", path, limit);
}

}  // namespace

std::vector<std::string> list_tags(const Repository& repository, std::size_t limit) {
  return list_names(*repository.registry, paged(repository.path("tags/list"), limit), "tags",
                    {repository_scope(repository.reference)}, limit,
                    "list the tags of " + repository.reference.name());
}

std::vector<std::string> list_repositories(Registry& registry, std::size_t limit) {
  return list_names(registry, paged("/v2/_catalog", limit), "repositories", {catalog_scope()},
                    limit, "list the repositories of " + registry.host());
}

}  // namespace lade::registry

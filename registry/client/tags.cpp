#include "registry/client/tags.h"

#include "libimage/base/error.h"
#include "libimage/base/json.h"

namespace lade::registry {
namespace {

constexpr std::size_t page_limit_bytes = 16U << 20U;
constexpr std::size_t names_limit = 1'000'000;

using Visit = std::function<bool(const std::string& name)>;

/// The names under `key` on each page, from `path` on.
void visit_names(Registry& registry, const std::string& path, std::string_view key,
                 const std::vector<Scope>& scopes, const std::string& action, const Visit& visit) {
  std::size_t count = 0;
  std::string url = path;
  while (true) {
    HttpResponse response = registry.send({.url = url}, scopes);
    if (!response.ok()) fail_answer(response, action);
    const std::string text = read_all(*response.body, page_limit_bytes, "a page of names");
    const Json page = parse_json(text, "the list of " + registry.host());
    for (const std::string& name : find_strings(page, key, "the list of " + registry.host())) {
      ++count;
      if (!visit(name)) return;
    }
    const auto link = response.headers.find("Link");
    const auto next = link ? next_link(*link) : std::nullopt;
    if (!next) return;
    std::string next_url = registry.resolve(response, *next);
    if (next_url == response.url || count > names_limit) {
      fail(ErrorKind::corrupt, "cannot {}: the pages do not end", action);
    }
    url = std::move(next_url);
  }
}

Visit into(std::vector<std::string>& names, std::size_t limit) {
  return [&names, limit](const std::string& name) {
    names.push_back(name);
    return limit == 0 || names.size() < limit;
  };
}

std::string paged(std::string path, std::size_t page_size) {
  return page_size == 0 ? path : fmt::format("{}?n={}", path, page_size);
}

}  // namespace

void visit_tags(const Repository& repository, std::size_t page_size, const Visit& visit) {
  visit_names(*repository.registry, paged(repository.path("tags/list"), page_size), "tags",
              {repository_scope(repository.reference)},
              "list the tags of " + repository.reference.name(), visit);
}

std::vector<std::string> list_tags(const Repository& repository, std::size_t limit) {
  std::vector<std::string> names;
  visit_tags(repository, limit, into(names, limit));
  return names;
}

std::vector<std::string> list_repositories(Registry& registry, std::size_t limit) {
  std::vector<std::string> names;
  visit_names(registry, paged("/v2/_catalog", limit), "repositories", {catalog_scope()},
              "list the repositories of " + registry.host(), into(names, limit));
  return names;
}

}  // namespace lade::registry

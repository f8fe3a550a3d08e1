// Scopes are those that policy.json has for docker, and an image's are found in the same way; paths
// have their transport before them, since there is but one list. A registry that can be reached by
// several spellings of its host has one here, so that none of them walks round a rule.
#include "signing/lade_policy/rule_scope.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::signing {
namespace {

bool is_host(std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
  if (!plain || name.front() == '.' || name.back() == '.') return false;
  if (colon == std::string_view::npos) {
    return name == "localhost" || name.find('.') != std::string_view::npos;
  }
  const auto port = parse_int(text.substr(colon + 1));
  return port && *port > 0 && *port < 65536;
}

bool is_docker_hub(std::string_view host) {
  return host == "docker.io" || host == "index.docker.io" || host == "registry-1.docker.io";
}

/// In lower case, without the port that is meant if none is said, and Docker Hub by one name. A
/// host that only its port tells from a namespace keeps it.
std::string canonical_domain(std::string_view domain) {
  const std::string lower = to_lower(domain);
  const auto colon = lower.find(':');
  std::string host = lower.substr(0, colon);
  if (!is_host(colon == lower.npos ? host : lower)) return std::string(domain);
  const auto port = colon == lower.npos ? std::optional<std::int64_t>(443)
                                        : parse_int(std::string_view(lower).substr(colon + 1));
  if (port != 443 || !is_host(host)) return fmt::format("{}:{}", host, port.value());
  return is_docker_hub(host) ? "docker.io" : host;
}

Reference with_canonical_domain(const Reference& name) {
  const std::string domain = canonical_domain(name.domain());
  if (domain == name.domain()) return name;
  return Reference::parse(domain + name.str().substr(name.domain().size()));
}

std::optional<std::string> path_scope_objection(std::string_view scope) {
  const auto colon = scope.find(':');
  const std::string_view transport = scope.substr(0, colon);
  if (transport != "dir" && transport != "oci" && transport != "oci-archive") {
    return "paths are those of dir:, oci: and oci-archive:";
  }
  const std::string_view path = scope.substr(colon + 1);
  if (transport == "oci" && path.find(':') != std::string_view::npos) {
    return "a layout has scopes by its path alone";
  }
  return scope_objection(transport, path);
}

/// All tags and digests of one repository, and none below it.
constexpr std::string_view alone = ":*";

/// Puts the repository alone before the repository with what is below it.
std::vector<std::string> with_repository_alone(std::vector<std::string> scopes,
                                               const std::string& repository) {
  const auto wide = std::find(scopes.begin(), scopes.end(), repository);
  scopes.insert(wide, fmt::format("{}{}", repository, alone));
  return scopes;
}

}  // namespace

std::optional<std::string> rule_scope_objection(std::string_view scope) {
  if (scope.ends_with(alone)) {
    const std::string_view repository = scope.substr(0, scope.size() - alone.size());
    if (auto why = rule_scope_objection(repository)) return why;
    const auto parsed = Reference::try_parse(repository);
    const bool is_one =
        repository.find('/') != repository.npos && parsed && !parsed->tag() && !parsed->digest();
    return is_one ? std::nullopt : std::optional<std::string>("wanted HOST/REPOSITORY:*");
  }
  if (scope.find(":/") != std::string_view::npos) return path_scope_objection(scope);
  if (scope.starts_with("*.")) {
    const std::string_view host = scope.substr(2);
    const bool named = is_host(fmt::format("x.{}", host)) && host.find(':') == host.npos;
    return named ? std::nullopt : std::optional<std::string>("wanted *.HOST");
  }
  const auto slash = scope.find('/');
  const std::string_view host = scope.substr(0, slash);
  if (!is_host(host)) {
    const bool is_short = Reference::try_parse(scope).has_value();
    return fmt::format("it begins with no host{}",
                       is_short ? fmt::format("; did you mean \"docker.io/{}{}\"?",
                                              slash == scope.npos ? "library/" : "", scope)
                                : "");
  }
  if (const std::string known = canonical_domain(host); known != host) {
    return fmt::format("the host {} is written {} here", host, known);
  }
  if (slash == std::string_view::npos) return std::nullopt;
  const auto parsed = Reference::try_parse(scope);
  if (!parsed) return "it is no name of images";
  if (parsed->tag() && parsed->digest()) return "it has a tag and a digest; wanted one of them";
  return std::nullopt;
}

std::vector<std::string> rule_scopes_of(const PolicySubject& subject) {
  if (subject.reference) {
    const Reference name = with_canonical_domain(*subject.reference);
    return with_repository_alone(named_subject("docker", name).scopes, name.name());
  }
  std::vector<std::string> scopes;
  for (const std::string& path : subject.scopes) {
    if (path.starts_with('/')) scopes.push_back(fmt::format("{}:{}", subject.transport, path));
  }
  return scopes;
}

std::vector<std::string> rule_scopes_of(const Reference& given,
                                        const std::optional<Digest>& digest) {
  const Reference name = with_canonical_domain(given);
  std::vector<std::string> scopes;
  if (digest) scopes.push_back(Reference(name).with_digest(*digest).str());
  const Reference tagged = name.tag() ? name.with_tag(*name.tag()) : name;
  for (std::string& scope : named_subject("docker", tagged).scopes) {
    scopes.push_back(std::move(scope));
  }
  return with_repository_alone(std::move(scopes), name.name());
}

}  // namespace lade::signing

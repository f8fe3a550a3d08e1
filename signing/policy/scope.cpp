// Scopes are compared as texts, with what an image's own name is shortened to step by step; the
// first that the policy has decides, and the less exact ones are not looked at.
#include "signing/policy/scope.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "libimage/base/error.h"

namespace lade::signing {
namespace {

constexpr std::array<std::string_view, 10> transports{
    "atomic", "containers-storage", "dir", "docker", "docker-archive", "docker-daemon",
    "oci",    "oci-archive",        "sif", "tarball"};

bool is_path_transport(std::string_view transport) {
  return transport == "dir" || transport == "oci" || transport == "oci-archive" ||
         transport == "sif";
}

/// The repository, its namespaces, its host.
void add_namespaces(std::string name, std::string_view prefix, std::vector<std::string>& scopes) {
  for (;;) {
    scopes.push_back(fmt::format("{}{}", prefix, name));
    const auto slash = name.rfind('/');
    if (slash == std::string::npos) return;
    name.resize(slash);
  }
}

/// "*.example.com" for the host a.example.com:5000.
void add_wildcards(std::string_view domain, std::vector<std::string>& scopes) {
  std::string_view host = domain.substr(0, domain.find(':'));
  for (auto dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.')) {
    host.remove_prefix(dot + 1);
    scopes.push_back(fmt::format("*.{}", host));
  }
}

std::optional<std::string> path_objection(std::string_view path) {
  if (!path.starts_with('/')) return "it is no absolute path";
  if (path == "/") return "\"/\" is written as the transport's default, \"\"";
  if (std::filesystem::path(path).lexically_normal() != path || path.ends_with('/')) {
    return "the path is not in its shortest form";
  }
  return std::nullopt;
}

}  // namespace

PolicySubject named_subject(std::string transport, const Reference& reference) {
  PolicySubject subject{.transport = std::move(transport), .reference = reference.exact()};
  subject.scopes.push_back(subject.reference->str());
  add_namespaces(subject.reference->name(), "", subject.scopes);
  add_wildcards(subject.reference->domain(), subject.scopes);
  return subject;
}

PolicySubject path_subject(std::string transport, std::string_view path) {
  PolicySubject subject{.transport = std::move(transport)};
  while (path.size() > 1) {
    subject.scopes.emplace_back(path);
    path = path.substr(0, path.rfind('/'));
  }
  return subject;
}

PolicySubject storage_subject(std::string_view driver, std::string_view root,
                              const std::optional<Reference>& reference,
                              std::string_view image_id) {
  PolicySubject subject{.transport = "containers-storage"};
  const std::string store = fmt::format("[{}@{}]", driver, root);
  const std::string name = reference ? reference->or_latest().str() : "";
  if (!image_id.empty()) subject.scopes.push_back(fmt::format("{}{}@{}", store, name, image_id));
  if (reference) {
    subject.reference = reference->or_latest();
    if (reference->tag() && reference->digest()) {
      subject.scopes.push_back(store + name);
      subject.scopes.push_back(store + reference->with_tag(*reference->tag()).str());
    } else {
      subject.scopes.push_back(store + name);
    }
    add_namespaces(reference->name(), store, subject.scopes);
  }
  subject.scopes.push_back(store);
  subject.scopes.push_back(fmt::format("[{}]", root));
  return subject;
}

PolicySubject plain_subject(std::string transport) { return {.transport = std::move(transport)}; }

FoundRequirements find_requirements(const Policy& policy, const PolicySubject& subject) {
  static const Requirements judged_before{AcceptAnything{}};
  const auto scopes = policy.transports.find(subject.transport);
  if (scopes == policy.transports.end()) {
    if (subject.transport == "store") return {&judged_before, true};
    return {&policy.fallback, false};
  }
  for (const std::string& scope : subject.scopes) {
    const auto found = scopes->second.find(scope);
    if (found != scopes->second.end()) return {&found->second, true, scope};
  }
  const auto found = scopes->second.find("");
  if (found != scopes->second.end()) return {&found->second, true};
  return {&policy.fallback, false};
}

std::optional<std::string> scope_objection(std::string_view transport, std::string_view scope) {
  if (scope.empty()) return std::nullopt;
  if (is_path_transport(transport)) {
    return path_objection(transport == "oci" ? scope.substr(0, scope.find(':')) : scope);
  }
  if (transport == "docker-archive" || transport == "tarball") {
    return "it has but its default, \"\"";
  }
  if (transport == "containers-storage" && !scope.starts_with('[')) {
    return "it begins with the store: [DRIVER@ROOT]";
  }
  if (transport == "docker-daemon" &&
      (scope.starts_with("sha256:") || scope.starts_with("sha512:"))) {
    return "image ids have but the default, \"\"";
  }
  return std::nullopt;
}

bool is_policy_transport(std::string_view transport) {
  return std::find(transports.begin(), transports.end(), transport) != transports.end() ||
         transport == "store";
}

}  // namespace lade::signing

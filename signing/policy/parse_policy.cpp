#include <array>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/policy/parse_requirement.h"
#include "signing/policy/policy.h"
#include "signing/policy/scope.h"

namespace lade::signing {
namespace {

/// In the order of the variant.
constexpr std::array<std::string_view, std::variant_size_v<Requirement>> type_names{
    "insecureAcceptAnything", "reject", "signedBy", "sigstoreSigned", "signedBaseLayer"};

Requirements parse_requirements(const Json& json, const std::string& where) {
  if (!json.is_array() || json.empty()) {
    fail(ErrorKind::invalid, "{} is {}; wanted a list of requirements, one at least", where,
         json.is_array() ? "empty" : fmt::format("of the type {}", json.type_name()));
  }
  Requirements requirements;
  for (std::size_t i = 0; i < json.size(); ++i) {
    requirements.push_back(parse_requirement(json[i], fmt::format("{}[{}]", where, i)));
  }
  return requirements;
}

std::map<std::string, Requirements> parse_scopes(const Json& json, const std::string& transport,
                                                 const std::string& where) {
  const StrictObject object(json, where);
  std::map<std::string, Requirements> scopes;
  for (const auto& [scope, requirements] : json.items()) {
    const std::string path = object.path_of(scope);
    if (const auto why = scope_objection(transport, scope)) {
      fail(ErrorKind::invalid, "{} is no scope of the transport {}: {}", path, printable(transport),
           *why);
    }
    scopes.emplace(scope, parse_requirements(requirements, path));
  }
  return scopes;
}

}  // namespace

std::string_view type_of(const Requirement& requirement) {
  return type_names.at(requirement.index());
}

Policy parse_policy(std::string_view text, std::string_view what) {
  if (text.size() > Policy::size_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes; policies of more than {} are not read", what,
         text.size(), Policy::size_limit_bytes);
  }
  const Json json = parse_json(text, what);
  StrictObject top(json, std::string(what));
  Policy policy{.fallback = parse_requirements(top.get("default"), "default")};
  if (const Json* transports = top.find("transports")) {
    const StrictObject object(*transports, "transports");
    for (const auto& [transport, scopes] : transports->items()) {
      policy.transports.emplace(transport,
                                parse_scopes(scopes, transport, object.path_of(transport)));
    }
  }
  top.finish();
  return policy;
}

Policy parse_policy_file(std::string_view text, const std::string& path) {
  try {
    return parse_policy(text, "the policy");
  } catch (Error& error) {
    error.add_context(path);
    throw;
  }
}

}  // namespace lade::signing

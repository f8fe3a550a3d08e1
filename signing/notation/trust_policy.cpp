#include "signing/notation/trust_policy.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "libimage/oci/reference.h"
#include "signing/notation/trust_store.h"

namespace lade::signing {
namespace {

constexpr std::string_view any = "*";

void require_members(const Json& object, std::span<const std::string_view> known,
                     std::string_view what) {
  if (!object.is_object()) fail(ErrorKind::invalid, "{} is no JSON object", what);
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const auto meant = did_you_mean(key, known);
    fail(ErrorKind::invalid, "{} has a member \"{}\", which is none of a trust policy{}", what,
         printable(key), meant ? fmt::format("; did you mean {}?", *meant) : "");
  }
}

CheckActions actions_of_level(const std::string& level, std::string_view what) {
  constexpr auto enforce = CheckAction::enforce;
  constexpr auto log = CheckAction::log;
  if (level == "strict") return {enforce, enforce, enforce, enforce, enforce};
  if (level == "permissive") return {enforce, enforce, log, log, log};
  if (level == "audit") return {enforce, log, log, log, log};
  CheckActions none;
  none.fill(CheckAction::skip);
  if (level == "skip") return none;
  fail(ErrorKind::invalid, "{}: the level \"{}\" is none of strict, permissive, audit, skip", what,
       printable(level));
}

void override_action(CheckActions& actions, const std::string& name, const Json& value,
                     std::string_view what) {
  for (std::size_t i = 0; i < notary_check_count; ++i) {
    const auto check = static_cast<NotaryCheck>(i);
    if (to_string(check) != name) continue;
    for (const auto action : {CheckAction::enforce, CheckAction::log, CheckAction::skip}) {
      if (value != to_string(action)) continue;
      const bool may_skip = check == NotaryCheck::revocation;
      if (check == NotaryCheck::integrity || (action == CheckAction::skip && !may_skip)) {
        fail(ErrorKind::invalid, "{}: {} cannot be overridden with {}", what, name,
             to_string(action));
      }
      actions[i] = action;
      return;
    }
    fail(ErrorKind::invalid, "{}: {} is overridden with {}; wanted enforce, log or skip", what,
         name, printable(to_compact(value)));
  }
  fail(ErrorKind::invalid, "{}: override names {}, which is no check", what, printable(name));
}

void read_verification(TrustStatement& statement, const Json& object, std::string_view what) {
  constexpr std::array<std::string_view, 3> known = {"level", "override", "verifyTimestamp"};
  require_members(object, known, what);
  statement.level = get_string(object, "level", what);
  statement.actions = actions_of_level(statement.level, what);
  if (const Json* override = find_object(object, "override", what); override != nullptr) {
    if (statement.level == "skip" && !override->empty()) {
      fail(ErrorKind::invalid, "{}: the level skip cannot be overridden", what);
    }
    for (const auto& [name, value] : override->items()) {
      override_action(statement.actions, name, value, what);
    }
  }
  const std::string when = find_string(object, "verifyTimestamp", what).value_or("always");
  if (when != "always" && when != "afterCertExpiry") {
    fail(ErrorKind::invalid, "{}: verifyTimestamp is \"{}\"; wanted always or afterCertExpiry",
         what, printable(when));
  }
  statement.timestamp_after_expiry = when == "afterCertExpiry";
}

TrustStoreName parse_store(const std::string& text, std::string_view what) {
  const std::size_t colon = text.find(':');
  const std::string_view kind = std::string_view(text).substr(0, colon);
  const std::string name = colon == std::string::npos ? std::string() : text.substr(colon + 1);
  const bool is_name = !name.empty() && name != "." && name != ".." &&
                       std::all_of(name.begin(), name.end(), [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
                       });
  using Kind = TrustStoreName::Kind;
  for (const Kind one : {Kind::ca, Kind::signing_authority, Kind::tsa}) {
    if (kind == to_string(one) && is_name) return {.kind = one, .name = name};
  }
  fail(
      ErrorKind::invalid,
      "{}: the trust store \"{}\" is none: wanted ca:NAME, signingAuthority:NAME or tsa:NAME, with "
      "letters, digits, \"_\", \".\" and \"-\"",
      what, printable(text));
}

DistinguishedName parse_identity(const std::string& text, std::string_view what) {
  constexpr std::string_view prefix = "x509.subject:";
  if (!text.starts_with(prefix)) {
    fail(ErrorKind::unsupported,
         "{}: the trusted identity \"{}\" is none that Lade knows: wanted \"*\" or \"x509.subject: "
         "C=…, ST=…, O=…\"",
         what, printable(text));
  }
  DistinguishedName name = DistinguishedName::parse(text.substr(prefix.size()), what);
  for (const char* type : {"C", "ST", "O"}) {
    if (!name.has(type)) {
      fail(ErrorKind::invalid, "{}: the trusted identity \"{}\" has no {}", what, printable(text),
           type);
    }
  }
  return name;
}

void read_identities(TrustStatement& statement, const std::vector<std::string>& texts,
                     std::string_view what) {
  if (texts.size() == 1 && texts.front() == any) return;
  for (const std::string& text : texts) {
    if (text == any) {
      fail(ErrorKind::invalid, "{}: the trusted identity \"*\" stands beside others", what);
    }
    DistinguishedName name = parse_identity(text, what);
    for (const DistinguishedName& other : statement.subjects) {
      if (!name.is_within(other) && !other.is_within(name)) continue;
      fail(ErrorKind::invalid, "{}: the trusted identities {} and {} overlap", what, other.str(),
           name.str());
    }
    statement.subjects.push_back(std::move(name));
  }
}

/// A host with or without a port. Unlike the domain of a name that people type it needs no dot:
/// Notation calls layouts on disk "local/NAME".
bool is_registry(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && !parse_int(text.substr(colon + 1))) return false;
  for (const std::string& label : split(text.substr(0, colon), '.')) {
    const bool plain = std::all_of(label.begin(), label.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!plain || label.empty() || label.front() == '-' || label.back() == '-') return false;
  }
  return true;
}

void require_scope(const std::string& scope, std::string_view what) {
  if (scope == any) return;
  const std::size_t slash = scope.find('/');
  const auto path = slash == std::string::npos
                        ? std::nullopt
                        : Reference::try_parse("registry.example" + scope.substr(slash));
  if (!path || !path->is_name_only() || !is_registry(scope.substr(0, slash))) {
    fail(ErrorKind::invalid,
         "{}: the registry scope \"{}\" is no repository with its registry (REGISTRY/PATH, without "
         "a tag)",
         what, printable(scope));
  }
}

void read_trust(TrustStatement& statement, const Json& object, std::string_view what) {
  for (const std::string& text : find_strings(object, "trustStores", what)) {
    statement.stores.push_back(parse_store(text, what));
  }
  const auto identities = find_strings(object, "trustedIdentities", what);
  const bool skips = statement.level == "skip";
  if (skips != statement.stores.empty() || skips != identities.empty()) {
    fail(ErrorKind::invalid, "{}: trust stores and trusted identities {}", what,
         skips ? "make no sense where verification is skipped" : "are both wanted");
  }
  read_identities(statement, identities, what);
}

TrustStatement parse_statement_of_policy(const Json& object, std::string_view document) {
  constexpr std::array<std::string_view, 5> known = {
      "name", "registryScopes", "signatureVerification", "trustStores", "trustedIdentities"};
  require_members(object, known, document);
  TrustStatement statement{.name = get_string(object, "name", document)};
  if (statement.name.empty()) fail(ErrorKind::invalid, "{}: a statement has no name", document);
  const std::string what = fmt::format("{}, statement \"{}\"", document, printable(statement.name));
  statement.scopes = find_strings(object, "registryScopes", what);
  for (const std::string& scope : statement.scopes) require_scope(scope, what);
  const bool global =
      std::find(statement.scopes.begin(), statement.scopes.end(), any) != statement.scopes.end();
  if (statement.scopes.empty() || (global && statement.scopes.size() > 1)) {
    fail(ErrorKind::invalid, "{}: registryScopes has to name repositories, or \"*\" alone", what);
  }
  const Json* verification = find_object(object, "signatureVerification", what);
  if (verification == nullptr) fail(ErrorKind::invalid, "{} has no signatureVerification", what);
  read_verification(statement, *verification, what);
  if (global && statement.level == "skip") {
    fail(ErrorKind::invalid, "{}: verification cannot be skipped for all repositories", what);
  }
  read_trust(statement, object, what);
  return statement;
}

}  // namespace

std::string_view to_string(TrustStoreName::Kind kind) {
  switch (kind) {
    case TrustStoreName::Kind::ca:
      return "ca";
    case TrustStoreName::Kind::signing_authority:
      return "signingAuthority";
    case TrustStoreName::Kind::tsa:
      return "tsa";
  }
  return "unknown";
}

const TrustStatement& TrustPolicy::select(std::string_view repository) const {
  const TrustStatement* global = nullptr;
  for (const TrustStatement& statement : statements) {
    for (const std::string& scope : statement.scopes) {
      if (scope == repository) return statement;
      if (scope == any) global = &statement;
    }
  }
  if (global != nullptr) return *global;
  fail(ErrorKind::denied, "{} has no statement for {}", what,
       repository.empty() ? "an image that is in no repository" : repository);
}

TrustPolicy parse_trust_policy(std::string_view text, std::string_view what) {
  if (text.size() > TrustPolicy::size_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes, more than {}", what, text.size(),
         TrustPolicy::size_limit_bytes);
  }
  constexpr std::array<std::string_view, 2> known = {"version", "trustPolicies"};
  const Json document = parse_json(text, what);
  require_members(document, known, what);
  const std::string version = get_string(document, "version", what);
  if (version != "1.0") {
    fail(ErrorKind::unsupported, "{} is a trust policy of version {}; Lade reads 1.0", what,
         printable(version));
  }
  TrustPolicy policy{.what = std::string(what)};
  const Json* statements = find_array(document, "trustPolicies", what);
  if (statements == nullptr || statements->empty()) {
    fail(ErrorKind::invalid, "{} has no trustPolicies", what);
  }
  std::set<std::string> names;
  std::set<std::string> scopes;
  for (const Json& object : *statements) {
    TrustStatement statement = parse_statement_of_policy(object, what);
    if (!names.insert(statement.name).second) {
      fail(ErrorKind::invalid, "{} has two statements \"{}\"", what, printable(statement.name));
    }
    for (const std::string& scope : statement.scopes) {
      if (!scopes.insert(scope).second) {
        fail(ErrorKind::invalid, "{} names the registry scope {} twice", what, scope);
      }
    }
    policy.statements.push_back(std::move(statement));
  }
  return policy;
}

NotaryTrust trust_of(const TrustPolicy& policy, const TrustStatement& statement,
                     const std::string& trust_store, Timestamp now) {
  NotaryTrust trust{.rule = fmt::format("the statement \"{}\", level {}, of {}",
                                        printable(statement.name), statement.level, policy.what),
                    .timestamp_after_expiry = statement.timestamp_after_expiry,
                    .subjects = statement.subjects,
                    .actions = statement.actions,
                    .now = now};
  for (const TrustStoreName& store : statement.stores) {
    auto& certificates = store.kind == TrustStoreName::Kind::ca    ? trust.authorities
                         : store.kind == TrustStoreName::Kind::tsa ? trust.timestamp_authorities
                                                                   : trust.signing_authorities;
    for (Certificate& certificate : read_trust_store(trust_store, store)) {
      certificates.push_back(std::move(certificate));
    }
  }
  return trust;
}

}  // namespace lade::signing

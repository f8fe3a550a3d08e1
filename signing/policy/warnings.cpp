#include "signing/policy/warnings.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/oci/reference.h"
#include "signing/policy/identity_match.h"
#include "signing/policy/scope.h"

namespace lade::signing {
namespace {

using Trouble = std::function<std::optional<std::string>(const std::string& path)>;

bool is_named(std::string_view transport) {
  return transport == "docker" || transport == "docker-daemon" || transport == "atomic" ||
         transport == "store";
}

/// "a.io", "a:5000" and "localhost" are hosts; "library" is the beginning of a short name.
bool is_host(std::string_view first) {
  return first == "localhost" || first.find_first_of(".:") != std::string_view::npos;
}

std::optional<std::string> wildcard_trouble(std::string_view scope) {
  const std::string_view host = scope.substr(scope.starts_with("*.") ? 2 : 0);
  if (scope.starts_with("*.") && !host.empty() &&
      host.find_first_of("*/:@") == std::string_view::npos) {
    return std::nullopt;
  }
  return "no image belongs to it: \"*.\" stands at the beginning, before a host without port and "
         "path, and nowhere else";
}

/// What of a scope keeps it from being what a name is shortened to.
std::optional<std::string> named_trouble(const std::string& scope) {
  if (scope.find('*') != std::string::npos) return wildcard_trouble(scope);
  const std::string first = scope.substr(0, scope.find('/'));
  const bool alone = first.size() == scope.size();
  if (!is_host(alone ? scope.substr(0, scope.find('@')) : first)) {
    return fmt::format(
        "no image belongs to it: it does not begin with a host{}",
        Reference::try_parse(scope) ? "; written out it is " + Reference::parse(scope).str() : "");
  }
  const auto whole = Reference::try_parse(alone ? scope + "/name" : scope);
  if (!whole) return "no image belongs to it: it is neither a host nor a name";
  if (alone || whole->str() == scope) {
    return whole->tag() && whole->digest()
               ? std::optional<std::string>(
                     "no image belongs to it: of tag and digest, the digest "
                     "alone counts")
               : std::nullopt;
  }
  // "docker.io/library" is a namespace, although it reads as a short name of docker.io's
  if (whole->name() == "docker.io/library/library" || scope == "docker.io/library") {
    return std::nullopt;
  }
  return fmt::format("it is the namespace of other repositories; the image it may mean is {}",
                     whole->str());
}

std::optional<std::string> scope_trouble(const std::string& transport, const std::string& scope) {
  if (scope.empty()) return std::nullopt;
  if (is_named(transport)) return named_trouble(scope);
  if (transport == "oci" && scope.find(':') != std::string::npos) {
    return "no image belongs to it: the name within a layout is no part of scopes";
  }
  return std::nullopt;
}

class Check {
 public:
  explicit Check(const Trouble& trouble) : trouble_(trouble) {}

  void look_at(const std::string& transport, const std::string& where,
               const Requirements& requirements) {
    const bool rejects =
        std::any_of(requirements.begin(), requirements.end(),
                    [](const Requirement& one) { return std::holds_alternative<RejectAll>(one); });
    if (rejects && requirements.size() > 1) {
      add(where, "reject rejects every image, whatever else is required");
    }
    for (std::size_t i = 0; i < requirements.size(); ++i) {
      const std::string path = fmt::format("{}[{}]", where, i);
      std::visit([&](const auto& one) { look_at_one(transport, path, one); }, requirements[i]);
    }
  }

  void add(const std::string& where, std::string what) {
    warnings_.push_back({.where = where, .what = std::move(what)});
  }
  std::vector<PolicyWarning> take() { return std::move(warnings_); }

 private:
  void look_at_one(const std::string&, const std::string&, const AcceptAnything&) {}
  void look_at_one(const std::string&, const std::string&, const RejectAll&) {}
  void look_at_one(const std::string&, const std::string& where, const SignedBaseLayer&) {
    add(where, "signedBaseLayer allows nothing: an image does not tell what it was made on");
  }
  void look_at_one(const std::string& transport, const std::string& where, const SignedBy& one) {
    if (one.key_type != "GPGKeys") {
      add(where, fmt::format("keys of the type \"{}\" allow nothing", one.key_type));
    }
    look_at_identity(transport, where, one.identity);
    look_at_files(where, one.keys);
  }
  void look_at_one(const std::string& transport, const std::string& where,
                   const SigstoreSigned& one) {
    look_at_identity(transport, where, one.identity);
    look_at_files(where, one.rekor_keys);
    if (const auto* keys = std::get_if<KeySource>(&one.signer)) look_at_files(where, *keys);
    if (const auto* fulcio = std::get_if<FulcioTrust>(&one.signer)) {
      look_at_files(where, fulcio->authorities);
    }
    if (const auto* pki = std::get_if<PkiTrust>(&one.signer)) {
      look_at_files(where, pki->roots);
      look_at_files(where, pki->intermediates);
    }
  }

  void look_at_identity(const std::string& transport, const std::string& where,
                        const IdentityMatch& identity) {
    const bool nameless = transport == "dir" || transport == "oci" || transport == "oci-archive" ||
                          transport == "docker-archive" || transport == "tarball";
    if (nameless && needs_reference(identity)) {
      add(where, fmt::format("{} allows nothing: images of {} have no name to compare with; "
                             "exactReference and exactRepository give one",
                             to_string(identity.kind), transport));
    }
  }

  void look_at_files(const std::string& where, const KeySource& source) {
    for (const std::string& path : source.paths) {
      if (!path.starts_with('/')) {
        add(where, fmt::format("{} is looked for in whatever directory the program runs in",
                               printable(path)));
      }
      if (const auto why = trouble_(path)) add(where, *why);
    }
  }

  const Trouble& trouble_;
  std::vector<PolicyWarning> warnings_;
};

}  // namespace

std::vector<PolicyWarning> warnings_of(const Policy& policy, const Trouble& trouble_with) {
  Check check(trouble_with);
  check.look_at("", "default", policy.fallback);
  for (const auto& [transport, scopes] : policy.transports) {
    const std::string place = fmt::format("transports.{}", printable(transport));
    if (!is_policy_transport(transport)) check.add(place, "there is no such transport");
    for (const auto& [scope, requirements] : scopes) {
      const std::string where = fmt::format("{}.\"{}\"", place, printable(scope));
      if (const auto why = scope_trouble(transport, scope)) check.add(where, *why);
      check.look_at(transport, where, requirements);
    }
  }
  return check.take();
}

}  // namespace lade::signing

#include <array>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/oci/reference.h"
#include "signing/policy/parse_requirement.h"

namespace lade::signing {
namespace {

using Kind = IdentityMatch::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 6> kinds{{
    {Kind::match_exact, "matchExact"},
    {Kind::match_repo_digest_or_exact, "matchRepoDigestOrExact"},
    {Kind::match_repository, "matchRepository"},
    {Kind::exact_reference, "exactReference"},
    {Kind::exact_repository, "exactRepository"},
    {Kind::remap_identity, "remapIdentity"},
}};

Kind parse_kind(const std::string& text, const std::string& path) {
  for (const auto& [kind, name] : kinds) {
    if (name == text) return kind;
  }
  std::array<std::string_view, kinds.size()> names;
  for (std::size_t i = 0; i < kinds.size(); ++i) names[i] = kinds[i].second;
  const auto meant = did_you_mean(text, names);
  fail(ErrorKind::invalid, "{} is \"{}\", which is no kind of identity{}", path, printable(text),
       meant ? fmt::format("; did you mean \"{}\"?", *meant) : "");
}

Reference parse_name(StrictObject& object, std::string_view key) {
  const std::string text = object.get_text(key);
  try {
    return Reference::parse(text);
  } catch (Error& error) {
    error.add_context(object.path_of(key));
    throw;
  }
}

/// A host, or what begins with one and is a name: no tag, no digest, nothing left out.
std::string parse_prefix(StrictObject& object, std::string_view key) {
  std::string text = object.get_text(key);
  const bool is_host = text.find('/') == std::string::npos;
  const auto name = Reference::try_parse(is_host ? text + "/name" : text);
  if (!name || !name->is_name_only() || (!is_host && text.find('/') == 0)) {
    fail(ErrorKind::invalid, "{} is \"{}\"; wanted a host, a namespace or a repository",
         object.path_of(key), printable(text));
  }
  return text;
}

}  // namespace

std::string_view to_string(Kind kind) {
  for (const auto& [one, name] : kinds) {
    if (one == kind) return name;
  }
  return "unknown";
}

IdentityMatch parse_identity_match(const Json& json, const std::string& where) {
  StrictObject object(json, where);
  IdentityMatch match{.kind = parse_kind(object.get_text("type"), object.path_of("type"))};
  if (match.kind == Kind::exact_reference) {
    const Reference reference = parse_name(object, "dockerReference");
    if (reference.is_name_only()) {
      fail(ErrorKind::invalid, "{} is \"{}\", which has neither tag nor digest",
           object.path_of("dockerReference"), reference.str());
    }
    match.wanted = reference.str();
  } else if (match.kind == Kind::exact_repository) {
    match.wanted = parse_name(object, "dockerRepository").name();
  } else if (match.kind == Kind::remap_identity) {
    match.wanted = parse_prefix(object, "prefix");
    match.signed_prefix = parse_prefix(object, "signedPrefix");
  }
  object.finish();
  return match;
}

}  // namespace lade::signing

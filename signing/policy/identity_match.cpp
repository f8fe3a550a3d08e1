#include "signing/policy/identity_match.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::signing {
namespace {

using Kind = IdentityMatch::Kind;
using Objection = std::optional<std::string>;

std::string claims(const Reference& name) {
  return fmt::format("the signature is for {}", name.str());
}

Objection same(const Reference& wanted, const Reference& claimed) {
  if (claimed.is_name_only()) {
    return fmt::format("{}, with neither tag nor digest; wanted {}", claims(claimed), wanted.str());
  }
  if (claimed == wanted) return std::nullopt;
  return fmt::format("{}; wanted {}", claims(claimed), wanted.str());
}

Objection same_repository(const Reference& wanted, const Reference& claimed) {
  if (claimed.name() == wanted.name()) return std::nullopt;
  return fmt::format("{}; wanted the repository {}", claims(claimed), wanted.name());
}

/// A digest in the image's name has been compared with the manifest, and the manifest with the
/// signature, so that the tag which was signed is all that is left open.
Objection same_or_by_digest(const Reference& wanted, const Reference& claimed) {
  if (wanted.tag() || !wanted.digest()) return same(wanted, claimed);
  if (claimed.is_name_only()) {
    return fmt::format("{}, with neither tag nor digest", claims(claimed));
  }
  return same_repository(wanted, claimed);
}

/// The name with another beginning; nothing if that makes no name.
std::optional<Reference> remapped(const IdentityMatch& match, const Reference& image) {
  const std::string name = image.name();
  const bool matches = name == match.wanted || name.starts_with(match.wanted + "/");
  if (!matches) return image;
  return Reference::try_parse(match.signed_prefix + image.str().substr(match.wanted.size()));
}

Objection against_image(const IdentityMatch& match, const Reference& image,
                        const Reference& claimed) {
  if (match.kind == Kind::match_exact) return same(image, claimed);
  if (match.kind == Kind::match_repository) return same_repository(image, claimed);
  if (match.kind == Kind::match_repo_digest_or_exact) return same_or_by_digest(image, claimed);
  const auto wanted = remapped(match, image);
  if (!wanted) {
    return fmt::format("{} with {} for {} is no name", image.str(), match.signed_prefix,
                       match.wanted);
  }
  return same_or_by_digest(*wanted, claimed);
}

}  // namespace

bool needs_reference(const IdentityMatch& match) {
  return match.kind != Kind::exact_reference && match.kind != Kind::exact_repository;
}

Objection identity_objection(const IdentityMatch& match, const std::optional<Reference>& image,
                             std::string_view signed_name) {
  const auto claimed = Reference::try_parse(signed_name);
  if (!claimed) {
    return fmt::format("the signature is for \"{}\", which is no image name",
                       printable(signed_name));
  }
  if (match.kind == Kind::exact_reference) return same(Reference::parse(match.wanted), *claimed);
  if (match.kind == Kind::exact_repository) {
    return same_repository(Reference::parse(match.wanted), *claimed);
  }
  if (!image) {
    return fmt::format("{}; {} wants the name of the image, and it has none", claims(*claimed),
                       to_string(match.kind));
  }
  return against_image(match, *image, *claimed);
}

std::string describe(const IdentityMatch& match) {
  if (match.kind == Kind::remap_identity) {
    return fmt::format("{} {} to {}", to_string(match.kind), match.wanted, match.signed_prefix);
  }
  return match.wanted.empty() ? std::string(to_string(match.kind))
                              : fmt::format("{} {}", to_string(match.kind), match.wanted);
}

}  // namespace lade::signing

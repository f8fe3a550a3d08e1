// The image below: which one it is said to be (image-spec 1.1, annotations.md, base.name and
// base.digest), whether that is true, and whether the house approves of it.
#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/oci/reference.h"
#include "sbom/audit/audit_context.h"
#include "sbom/audit/check_families.h"

namespace lade::sbom {
namespace {

constexpr const char* name_key = "org.opencontainers.image.base.name";
constexpr const char* digest_key = "org.opencontainers.image.base.digest";

std::string find_claim(const Image& image, const char* key) {
  const auto annotation = image.manifest.annotations.find(key);
  if (annotation != image.manifest.annotations.end()) return annotation->second;
  const auto label = image.config.config.labels.find(key);
  return label == image.config.config.labels.end() ? std::string() : label->second;
}

void check_claim(AuditContext& context) {
  const AuditBase& base = context.subject().base;
  if (!base.name.empty() && !base.digest.empty()) return;
  context.add_config("base", base.name.empty() ? "the image does not say what it is built on"
                                               : fmt::format("{} has no digest", base.name));
}

void check_truth(AuditContext& context) {
  const AuditBase& base = context.subject().base;
  if (base.digest.empty()) return context.skip("the image does not say what it is built on");
  if (!base.config) return context.skip(base.problem);
  const auto& theirs = base.config->diff_ids;
  const auto& ours = context.image().config.diff_ids;
  const auto common = std::mismatch(theirs.begin(), theirs.end(), ours.begin(), ours.end()).first;
  if (common == theirs.end()) return;
  context.add_config(
      "base", fmt::format("{}@{} has {} layers, of which the image has the lowest {}", base.name,
                          base.digest, theirs.size(), common - theirs.begin()));
}

void check_pin(AuditContext& context) {
  const AuditBase& base = context.subject().base;
  if (base.name.empty()) return context.skip("the image does not say what it is built on");
  const auto reference = Reference::try_parse(base.name);
  if (!reference) return context.add_config("base", fmt::format("\"{}\" is no name", base.name));
  if (reference->digest()) return;
  if (!reference->tag() || *reference->tag() == "latest") {
    context.add_config("base", base.name + " is another image tomorrow", "FROM");
  }
}

/// Digests as they are, names with wildcards, with or without a tag.
bool is_approved(const std::string& wanted, const AuditBase& base) {
  if (wanted == base.digest) return true;
  if (base.name.empty()) return false;
  const PathGlob glob = PathGlob::parse(wanted);
  const auto reference = Reference::try_parse(base.name);
  if (!reference) return glob.matches(base.name);
  return glob.matches(reference->str()) || glob.matches(reference->name()) ||
         glob.matches(reference->familiar());
}

void check_approval(AuditContext& context) {
  const auto& approved = context.limits().bases;
  const AuditBase& base = context.subject().base;
  if (approved.empty()) return context.skip("the profile approves of every base");
  if (base.name.empty() && base.digest.empty()) {
    return context.add_config("base", "the image does not say what it is built on");
  }
  const bool is_one = std::any_of(approved.begin(), approved.end(), [&](const std::string& wanted) {
    return is_approved(wanted, base);
  });
  if (!is_one) {
    context.add_config("base",
                       fmt::format("{}@{} is none of those the profile approves of", base.name,
                                   base.digest.empty() ? "no digest" : base.digest));
  }
}

constexpr AuditCheck base_table[] = {
    {.id = "base-unknown",
     .family = "base",
     .severity = AuditSeverity::info,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "Nobody can tell what the image is built on",
     .remedy = "Build with lade, or set the annotations base.name and base.digest.",
     .run = check_claim},
    {.id = "base-untrue",
     .family = "base",
     .severity = AuditSeverity::high,
     .input = AuditInput::base,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "The image is not built on what it says",
     .remedy = "Build it anew; a label that came with another image is overwritten.",
     .run = check_truth},
    {.id = "base-unpinned",
     .family = "base",
     .severity = AuditSeverity::low,
     .cis = "",
     .others = "DKL-DI-0006 DL3006 DL3007",
     .title = "The base is named by nothing, or by latest",
     .remedy = "Name it by a version, better by its digest.",
     .run = check_pin},
    {.id = "base-unapproved",
     .family = "base",
     .severity = AuditSeverity::high,
     .cis = "4.2",
     .others = "DL3026",
     .title = "The base is not one that the profile approves of",
     .remedy = "Build on one of approved_bases, or add it there.",
     .run = check_approval},
};

}  // namespace

std::span<const AuditCheck> base_checks() { return base_table; }

AuditBase claimed_base(const Image& image) {
  return {.name = find_claim(image, name_key), .digest = find_claim(image, digest_key)};
}

}  // namespace lade::sbom

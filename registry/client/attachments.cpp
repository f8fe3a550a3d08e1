// Cosign's tags and the list of referrers on an old registry are tags by rule, most of which are
// not there. One page of the list of tags tells so for all manifests of a repository at once;
// where it does not hold all, each tag is asked for by itself.
#include "registry/client/attachments.h"

#include "libimage/base/error.h"
#include "registry/client/manifests.h"
#include "registry/client/referrers.h"
#include "registry/client/tags.h"

namespace lade::registry {
namespace {

constexpr std::size_t page_tags = 1000;

}  // namespace

std::vector<Referrer> Attachments::find(const Digest& subject) {
  std::vector<Referrer> found;
  for (Descriptor& one : find_referrers(subject)) found.push_back({std::move(one)});
  for (const std::string_view suffix : cosign_suffixes) {
    std::string tag = fallback_tag(subject) + std::string(suffix);
    const auto known = has(tag);
    if (known ? !*known : !find_manifest(repository_, tag)) continue;
    Descriptor descriptor = referrer_descriptor(get_manifest(repository_, tag));
    found.push_back({std::move(descriptor), std::move(tag)});
  }
  return found;
}

std::vector<Descriptor> Attachments::find_referrers(const Digest& subject) {
  if (!has_no_api_) {
    if (auto answer = ask_referrers_api(repository_, subject)) return *std::move(answer);
    has_no_api_ = true;
  }
  if (!has(fallback_tag(subject)).value_or(true)) return {};
  return read_fallback_tag(repository_, subject);
}

std::optional<bool> Attachments::has(const std::string& tag) {
  std::call_once(read_, [this] { read_tags(); });
  return tags_.with([&](const auto& tags) -> std::optional<bool> {
    if (!tags) return std::nullopt;
    return tags->contains(tag);
  });
}

void Attachments::note(const std::string& tag) {
  tags_.with([&](auto& tags) {
    if (tags) tags->insert(tag);
  });
}

void Attachments::read_tags() {
  std::vector<std::string> tags;
  try {
    tags = list_tags(repository_, page_tags);
  } catch (const Error& error) {
    // some registries do not let everybody who may pull list tags
    if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::unavailable) throw;
    return;
  }
  if (tags.size() >= page_tags) return;
  std::set<std::string> attached;
  for (std::string& tag : tags) {
    if (is_attached_tag(tag)) attached.insert(std::move(tag));
  }
  tags_.with([&](auto& known) { known = std::move(attached); });
}

}  // namespace lade::registry

#include "registry/client/referrers.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/lasting_write.h"
#include "libimage/base/url.h"
#include "libimage/oci/media_type.h"
#include "registry/client/manifests.h"

namespace lade::registry {
namespace {

constexpr std::size_t referrers_limit = 10'000;
constexpr int merge_attempts = 10;

Index find_fallback(const Repository& repository, const Digest& subject) {
  try {
    const RawManifest raw = get_manifest(repository, fallback_tag(subject));
    // anybody may call an image so
    if (!media_type::is_index(raw.media_type)) return {std::string(media_type::oci_index)};
    return parse_index(raw.bytes, raw.media_type, "the referrers of " + subject.str());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return {std::string(media_type::oci_index)};
  }
}

bool contains(const Index& index, const Digest& digest) {
  return std::any_of(index.manifests.begin(), index.manifests.end(),
                     [&](const Descriptor& one) { return one.digest == digest; });
}

[[noreturn]] void fail_for_others(const Repository& repository, const Digest& subject,
                                  const Descriptor& referrer) {
  fail(ErrorKind::conflict, "cannot add {} to the referrers of {}: others keep changing {}:{}",
       referrer.digest.str(), subject.str(), repository.reference.name(), fallback_tag(subject));
}

}  // namespace

std::optional<std::vector<Descriptor>> ask_referrers_api(const Repository& repository,
                                                         const Digest& subject,
                                                         const std::string& artifact_type) {
  std::string url = repository.path("referrers/" + subject.str());
  if (!artifact_type.empty()) url += "?artifactType=" + percent_encode(artifact_type);
  const std::string what = "the referrers of " + subject.str();
  std::vector<Descriptor> all;
  while (true) {
    HttpResponse response =
        repository.pull({.url = url, .headers = {{"Accept", std::string(media_type::oci_index)}}});
    // those who know the API answer an empty list for what has none
    if (response.status == 404 || response.status == 405 || response.status == 400) {
      return std::nullopt;
    }
    if (!response.ok()) fail_answer(response, "list " + what);
    const std::string text = read_all(*response.body, manifest_limit_bytes, what);
    Index page = parse_index(text, media_type::oci_index, what);
    std::move(page.manifests.begin(), page.manifests.end(), std::back_inserter(all));
    const auto link = response.headers.find("Link");
    const auto next = link ? next_link(*link) : std::nullopt;
    if (!next) {
      // not every registry filters
      if (!artifact_type.empty()) {
        std::erase_if(all,
                      [&](const Descriptor& one) { return one.artifact_type != artifact_type; });
      }
      return all;
    }
    std::string next_url = repository.registry->resolve(response, *next);
    if (next_url == response.url || all.size() > referrers_limit) {
      fail(ErrorKind::corrupt, "cannot list {}: the pages do not end", what);
    }
    url = std::move(next_url);
  }
}

std::vector<Descriptor> read_fallback_tag(const Repository& repository, const Digest& subject) {
  return find_fallback(repository, subject).manifests;
}

void add_to_fallback_tag(const Repository& repository, const Digest& subject,
                         const Descriptor& referrer) {
  for (int attempt = 0; attempt < merge_attempts; ++attempt) {
    Index index = find_fallback(repository, subject);
    if (contains(index, referrer.digest)) return;
    index.manifests.push_back(referrer);
    put_manifest(repository, raw_manifest(serialize(index), index.media_type),
                 fallback_tag(subject));
  }
  if (contains(find_fallback(repository, subject), referrer.digest)) return;
  fail_for_others(repository, subject, referrer);
}

void keep_in_fallback_tag(const Repository& repository, const Digest& subject,
                          const Descriptor& referrer) {
  const auto stays = [&] { return contains(find_fallback(repository, subject), referrer.digest); };
  const auto write = [&] { add_to_fallback_tag(repository, subject, referrer); };
  if (!write_lastingly(merge_attempts, write, stays)) {
    fail_for_others(repository, subject, referrer);
  }
}

}  // namespace lade::registry

#include "registry/client/deletion.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/guarded.h"
#include "libimage/base/task_group.h"
#include "libimage/base/text.h"
#include "registry/client/manifests.h"
#include "registry/client/tags.h"

namespace lade::registry {
namespace {

constexpr std::size_t parallel_heads = 8;

/// False if the registry deletes by digest only: some say that they cannot, others that such a tag
/// is not there.
bool delete_tag(const Repository& repository, const std::string& tag) {
  try {
    return delete_manifest(repository, tag);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unsupported) throw;
    return false;
  }
}

}  // namespace

std::vector<std::string> find_tags(const Repository& repository, const Digest& digest) {
  Guarded<std::vector<std::string>> found;
  TaskGroup heads(parallel_heads);
  for (const std::string& tag : list_tags(repository)) {
    heads.run([&, tag] {
      const auto manifest = find_manifest(repository, tag);
      if (manifest && manifest->digest == digest) {
        found.with([&](std::vector<std::string>& tags) { tags.push_back(tag); });
      }
    });
  }
  heads.wait();
  auto tags = found.with([](std::vector<std::string>& all) { return std::move(all); });
  std::sort(tags.begin(), tags.end());
  return tags;
}

Deletion delete_image(const Repository& repository, const DeleteOptions& options) {
  const Reference& reference = repository.reference;
  const std::string tag = reference.digest() ? "" : reference.or_latest().tag().value_or("");
  const auto target = find_manifest(repository, tag.empty() ? reference.digest()->str() : tag);
  if (!target) fail(ErrorKind::not_found, "cannot delete {}: it is not there", reference.str());
  Deletion deletion{target->digest};
  if (!tag.empty() && !options.dry_run && delete_tag(repository, tag)) {
    deletion.tag_alone = true;
    return deletion;
  }
  deletion.other_tags = find_tags(repository, target->digest);
  std::erase(deletion.other_tags, tag);
  if (options.dry_run) return deletion;
  if (!tag.empty() && !deletion.other_tags.empty() && !options.force) {
    fail(
        ErrorKind::conflict,
        "{} cannot delete a tag alone, and the image of {} has other tags, which would go with it: "
        "{}; --force deletes them all",
        repository.registry->host(), reference.str(), join(deletion.other_tags, ", "));
  }
  if (!delete_manifest(repository, target->digest.str())) {
    fail(ErrorKind::not_found, "cannot delete {}: {} is not there any more", reference.str(),
         target->digest.str());
  }
  return deletion;
}

}  // namespace lade::registry

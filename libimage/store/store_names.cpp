#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/store/cache_rows.h"
#include "libimage/store/local_store.h"
#include "libimage/store/manifests.h"
#include "libimage/store/names.h"

// The pointers of a store: names, images kept without one, cache records. Each is written in one
// hold of the GcLock with the look whether its blobs are there (leases.cpp), behind a sync that
// makes those blobs last.
namespace lade {
namespace {

constexpr std::int64_t use_granularity_seconds = 60;

}  // namespace

void LocalStore::require_whole(const Descriptor& target, const std::string& action) {
  std::vector<std::string> missing;
  for (const Digest& digest : find_missing(blobs_, target)) missing.push_back(digest.str());
  if (!missing.empty()) {
    fail(ErrorKind::not_found, "cannot {}: of {} the store lacks {}", action, target.digest.str(),
         join(missing, ", "));
  }
  if (blobs_.find_size(target.digest) != target.size_bytes) {
    fail(ErrorKind::corrupt, "cannot {}: {} is {} bytes in the store, not {}", action,
         target.digest.str(), blobs_.find_size(target.digest).value_or(0), target.size_bytes);
  }
  blobs_.sync();
}

std::vector<NamedImage> LocalStore::list_names() {
  return with_database([](Database& rows) { return lade::list_names(rows); });
}

std::optional<NamedImage> LocalStore::find_name(const Reference& name) {
  return with_database([&](Database& rows) { return lade::find_name(rows, name); });
}

std::optional<Descriptor> LocalStore::set_name(const Reference& name, const Descriptor& target) {
  const std::string action = "name an image " + name.str();
  require_writable(action);
  const auto held = GcLock::shared(layout_);
  require_whole(target, action);
  return with_database([&](Database& rows) {
    Transaction transaction(rows, Transaction::Kind::lasting);
    auto former = lade::set_name(rows, name, target, clock_());
    transaction.commit();
    return former;
  });
}

bool LocalStore::remove_name(const Reference& name) {
  require_writable("remove the name " + name.str());
  return with_database([&](Database& rows) {
    Transaction transaction(rows, Transaction::Kind::lasting);
    const bool was_there = lade::remove_name(rows, name);
    transaction.commit();
    return was_there;
  });
}

void LocalStore::keep_unnamed(const Descriptor& target) {
  const std::string action = "keep an image without a name";
  require_writable(action);
  const auto held = GcLock::shared(layout_);
  require_whole(target, action);
  with_database([&](Database& rows) {
    Transaction transaction(rows, Transaction::Kind::lasting);
    lade::keep_unnamed(rows, target);
    transaction.commit();
  });
}

std::vector<Descriptor> LocalStore::list_unnamed() {
  return with_database([](Database& rows) { return lade::list_unnamed(rows); });
}

bool LocalStore::drop_unnamed(const Digest& target) {
  require_writable("drop " + target.str());
  return with_database([&](Database& rows) { return lade::drop_unnamed(rows, target); });
}

NamedImage LocalStore::resolve(std::string_view word) {
  return with_database([&](Database& rows) {
    return lade::resolve(rows, word, [&](const Digest& digest) { return blobs_.has(digest); });
  });
}

std::optional<Digest> LocalStore::find_image_id(const Digest& manifest) {
  return with_database([&](Database& rows) { return lade::find_image_id(rows, manifest); });
}

std::vector<Referrer> LocalStore::list_attached(const Digest& subject) {
  std::vector<Referrer> found;
  for (Descriptor& one :
       with_database([&](Database& rows) { return find_referrers(rows, subject); })) {
    found.push_back({std::move(one)});
  }
  auto tagged = with_database([&](Database& rows) { return find_attached(rows, subject); });
  // such a tag that was pulled for its own sake is about the digest as well
  for (const NamedImage& image : list_names()) {
    const std::string tag = image.name.tag().value_or("");
    const bool known = std::any_of(tagged.begin(), tagged.end(),
                                   [&](const Referrer& one) { return one.tag == tag; });
    if (!known && find_cosign_subject(tag) == subject) tagged.push_back({image.target, tag});
  }
  std::move(tagged.begin(), tagged.end(), std::back_inserter(found));
  std::erase_if(found, [&](const Referrer& one) { return !blobs_.has(one.descriptor.digest); });
  for (Referrer& one : found) {
    one.descriptor = referrer_descriptor(read_manifest(blobs_, one.descriptor));
  }
  return found;
}

void LocalStore::attach(const std::string& cosign_tag, const Descriptor& manifest) {
  const auto subject = find_cosign_subject(cosign_tag);
  if (!subject) {
    fail(ErrorKind::invalid, "\"{}\" is no tag of something that is about an image", cosign_tag);
  }
  const std::string action = "attach " + cosign_tag;
  require_writable(action);
  const auto held = GcLock::shared(layout_);
  require_whole(manifest, action);
  with_database([&](Database& rows) { lade::attach(rows, cosign_tag, *subject, manifest); });
}

std::optional<std::string> LocalStore::find_cache(std::string_view key) {
  auto found = with_database([&](Database& rows) {
    return std::pair(lade::find_cache(rows, key), find_cache_blobs(rows, key));
  });
  auto& [record, blobs] = found;
  const auto there = [&](const Digest& digest) { return has_blob(digest); };
  if (!record || !std::ranges::all_of(blobs, there)) return std::nullopt;
  const Timestamp now = clock_();
  if (!read_only_ && now.seconds - record->used.seconds >= use_granularity_seconds) {
    with_database([&](Database& rows) { touch_cache(rows, key, now); });
  }
  return std::move(record->value);
}

void LocalStore::put_cache(std::string_view key, std::string_view value,
                           const std::vector<Digest>& blobs) {
  const std::string action = "remember a build step";
  require_writable(action);
  const auto held = GcLock::shared(layout_);
  for (const Digest& blob : blobs) {
    if (!blobs_.has(blob)) {
      fail(ErrorKind::not_found, "cannot {}: blob {} is not in the store", action, blob.str());
    }
  }
  if (!blobs.empty()) blobs_.sync();
  with_database([&](Database& rows) {
    Transaction transaction(rows, Transaction::Kind::quick);
    lade::put_cache(rows, {std::string(key), std::string(value), clock_()}, blobs);
    transaction.commit();
  });
}

std::vector<CacheRecord> LocalStore::list_cache() {
  return with_database([](Database& rows) { return lade::list_cache(rows); });
}

}  // namespace lade

#include "libimage/transport/layout_referrers.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/oci/index.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

bool contains(const std::vector<Descriptor>& list, const Digest& digest) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Descriptor& one) { return one.digest == digest; });
}

Index read_list(const LayoutIndex& index, const Digest& subject,
                const LayoutReferrers::Read& read) {
  const auto entry = index.find_named(fallback_tag(subject));
  if (!entry) return {std::string(media_type::oci_index)};
  const RawManifest raw = read(*entry);
  return parse_index(raw.bytes, raw.media_type, "the referrers of " + subject.str());
}

}  // namespace

void LayoutReferrers::scan() {
  for (std::size_t i = 0; i < index_.entries().size(); ++i) {
    const Descriptor& entry = index_.entries()[i];
    // those with names are images, unless they say otherwise: a layout may have many
    if (!index_.ref_name(i).empty() && entry.artifact_type.empty()) continue;
    try {
      const RawManifest raw = read_(entry);
      if (const auto subject = find_subject(raw)) {
        entries_.emplace(subject->digest, referrer_descriptor(raw));
      }
    } catch (const Error& error) {
      // other images of the layout may be broken or not there
      if (error.kind() == ErrorKind::cancelled) throw;
    }
  }
}

std::vector<Referrer> LayoutReferrers::find(const Digest& subject) {
  std::call_once(scanned_, [this] { scan(); });
  std::vector<Descriptor> own;
  const auto [begin, end] = entries_.equal_range(subject);
  for (auto at = begin; at != end; ++at) {
    if (!contains(own, at->second.digest)) own.push_back(at->second);
  }
  for (Descriptor& one : read_list(index_, subject, read_).manifests) {
    if (!contains(own, one.digest)) own.push_back(std::move(one));
  }
  std::vector<Referrer> found;
  for (Descriptor& one : own) found.push_back({std::move(one)});
  for (const std::string_view suffix : cosign_suffixes) {
    std::string tag = fallback_tag(subject) + std::string(suffix);
    if (const auto entry = index_.find_named(tag)) {
      found.push_back({referrer_descriptor(read_(*entry)), std::move(tag)});
    }
  }
  return found;
}

std::vector<RawManifest> add_referrers(LayoutIndex& index,
                                       const std::vector<Attachment>& attachments,
                                       const LayoutReferrers::Read& read) {
  std::map<Digest, Index> lists;
  for (const auto& [manifest, tag] : attachments) {
    if (!tag.empty()) {
      index.add(manifest.descriptor(), tag);
      continue;
    }
    const auto subject = find_subject(manifest);
    if (!subject) continue;
    const auto list =
        lists.try_emplace(subject->digest, read_list(index, subject->digest, read)).first;
    if (!contains(list->second.manifests, manifest.digest)) {
      list->second.manifests.push_back(referrer_descriptor(manifest));
    }
  }
  std::vector<RawManifest> written;
  for (const auto& [subject, list] : lists) {
    RawManifest raw = raw_manifest(serialize(list), list.media_type);
    index.add(raw.descriptor(), fallback_tag(subject));
    written.push_back(std::move(raw));
  }
  return written;
}

}  // namespace lade

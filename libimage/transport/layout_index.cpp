#include "libimage/transport/layout_index.h"

#include <algorithm>
#include <map>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/image/referrer.h"
#include "libimage/oci/media_type.h"
#include "libimage/oci/reference.h"

namespace lade {
namespace {

constexpr std::string_view ref_name_key = "org.opencontainers.image.ref.name";
constexpr std::string_view image_name_key = "io.containerd.image.name";

std::string annotation(const Descriptor& entry, std::string_view key) {
  const auto found = entry.annotations.find(std::string(key));
  return found == entry.annotations.end() ? "" : found->second;
}

/// The same image, however much of its name is written out.
bool same_reference(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto left = Reference::try_parse(a);
  const auto right = Reference::try_parse(b);
  return left && right && left->or_latest() == right->or_latest();
}

}  // namespace

LayoutIndex::LayoutIndex() : what_("index.json") {
  document_["schemaVersion"] = 2;
  document_["mediaType"] = media_type::oci_index;
  document_["manifests"] = Json::array();
}

LayoutIndex::LayoutIndex(std::string_view bytes, std::string what)
    : document_(parse_json(bytes, what)), what_(std::move(what)) {
  if (!document_.is_object()) fail(ErrorKind::invalid, "{} is not a JSON object", what_);
  if (find_array(document_, "manifests", what_) == nullptr) {
    document_["manifests"] = Json::array();
  }
  read_entries();
}

void LayoutIndex::read_entries() {
  for (const Json& entry : document_["manifests"]) {
    const std::string what = fmt::format("{}, entry {}", what_, entries_.size());
    if (entry.is_object() && find_member(entry, "mediaType", what) == nullptr) {
      // found out from the manifest itself when it is read
      Json typed = entry;
      typed["mediaType"] = media_type::oci_manifest;
      entries_.push_back(parse_descriptor(typed, what));
      entries_.back().media_type.clear();
    } else {
      entries_.push_back(parse_descriptor(entry, what));
    }
  }
}

std::vector<std::size_t> LayoutIndex::named(const std::string& reference) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (annotation(entries_[i], ref_name_key) == reference) found.push_back(i);
  }
  if (!found.empty()) return found;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::string name = annotation(entries_[i], image_name_key);
    if (!name.empty() && same_reference(name, reference)) found.push_back(i);
  }
  return found;
}

std::vector<std::string> LayoutIndex::names() const {
  std::map<std::string, int> ref_names;
  std::map<std::string, int> image_names;
  for (const Descriptor& entry : entries_) {
    ++ref_names[annotation(entry, ref_name_key)];
    ++image_names[annotation(entry, image_name_key)];
  }
  std::vector<std::string> result;
  for (const Descriptor& entry : entries_) {
    const std::string ref_name = annotation(entry, ref_name_key);
    const std::string image_name = annotation(entry, image_name_key);
    if (!ref_name.empty() && ref_names[ref_name] == 1) {
      result.push_back(ref_name);
    } else if (!image_name.empty() && image_names[image_name] == 1 &&
               !ref_names.contains(image_name)) {
      result.push_back(image_name);
    } else {
      result.push_back(fmt::format("@{}", result.size()));
    }
  }
  return result;
}

std::size_t LayoutIndex::choose(const ImagePath& wanted, const Platform& platform) const {
  if (entries_.empty()) fail(ErrorKind::not_found, "{} names no image", what_);
  if (wanted.source_index) {
    if (*wanted.source_index >= entries_.size()) {
      fail(ErrorKind::not_found, "{} holds {} images: there is no @{}", what_, entries_.size(),
           *wanted.source_index);
    }
    return *wanted.source_index;
  }
  if (!wanted.reference) {
    std::vector<std::size_t> images;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (!is_attached(i)) images.push_back(i);
    }
    if (images.size() == 1) return images.front();
    const std::vector<std::string> all = names();
    std::vector<std::string> known;
    for (const std::size_t i : images) known.push_back(all[i]);
    fail(ErrorKind::invalid, "{} holds {} images; name one of them: {}", what_, images.size(),
         join(images.empty() ? all : known, ", "));
  }
  const auto found = named(*wanted.reference);
  if (found.empty()) {
    fail(ErrorKind::not_found, "{} holds no image \"{}\"; it holds: {}", what_, *wanted.reference,
         join(names(), ", "));
  }
  const auto score = [&](std::size_t i) {
    return entries_[i].platform ? match_score(platform, *entries_[i].platform) : 0;
  };
  return *std::max_element(found.begin(), found.end(),
                           [&](auto a, auto b) { return score(a) < score(b); });
}

std::optional<Descriptor> LayoutIndex::find_named(const std::string& ref_name) const {
  for (const Descriptor& entry : entries_) {
    if (annotation(entry, ref_name_key) == ref_name) return entry;
  }
  return std::nullopt;
}

bool LayoutIndex::is_attached(std::size_t number) const {
  return is_attached_tag(ref_name(number));
}

std::string LayoutIndex::ref_name(std::size_t number) const {
  return annotation(entries_[number], ref_name_key);
}

void LayoutIndex::add(const Descriptor& image, const std::optional<std::string>& ref_name) {
  Descriptor entry = image;
  if (ref_name) {
    for (std::size_t i = entries_.size(); i-- > 0;) {
      if (annotation(entries_[i], ref_name_key) == *ref_name) remove(i);
    }
    entry.annotations.insert_or_assign(std::string(ref_name_key), *ref_name);
  } else if (std::any_of(entries_.begin(), entries_.end(), [&](const Descriptor& old) {
               return old.digest == image.digest && annotation(old, ref_name_key).empty();
             })) {
    return;
  }
  document_["manifests"].push_back(to_json(entry));
  entries_.push_back(std::move(entry));
}

void LayoutIndex::remove(std::size_t number) {
  document_["manifests"].erase(number);
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(number));
}

std::string LayoutIndex::serialize() const { return to_compact(document_); }

void require_layout_version(std::string_view text, const std::string& what) {
  const std::string version = get_string(parse_json(text, what), "imageLayoutVersion", what);
  if (!version.starts_with("1.")) {
    fail(ErrorKind::unsupported, "{}: the layout version is {}; 1.x is supported", what, version);
  }
}

}  // namespace lade

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/store/manifests.h"
#include "libimage/store/names.h"

// A word is tried as a name first, in the order localhost/, docker.io/library/ for short ones; then
// as an id. Ids are those of images (config digests) and of manifests, and a prefix must mean one
// image: manifests that share a config (an image recompressed, say) are one, and of them one that
// has a name is preferred.
namespace lade {
namespace {

constexpr std::size_t shortest_id = 4;

/// The names a word may stand for, best first.
std::vector<Reference> readings(std::string_view word) {
  std::vector<Reference> found;
  try {
    found.push_back(Reference::parse_local(word).or_latest());
  } catch (const Error&) {
    // not a name; it may be an id
  }
  const auto hub = Reference::try_parse(word);
  if (hub && (found.empty() || found[0] != hub->or_latest())) found.push_back(hub->or_latest());
  return found;
}

std::optional<NamedImage> find_reading(Database& database, const Reference& name) {
  if (auto exact = find_name(database, name)) return exact;
  if (!name.digest()) return std::nullopt;
  for (NamedImage& tagged : list_tags(database, name)) {
    if (tagged.target.digest == *name.digest()) return std::move(tagged);
  }
  return std::nullopt;
}

struct Match {
  Descriptor manifest;
  std::string id;  ///< what makes it one with others
};

/// Manifests whose column begins with the text.
void add_matches(Statement row, const std::function<bool(const Digest&)>& is_there,
                 std::vector<Match>& matches) {
  while (row.next()) {
    Match match{descriptor_at(row, 0), row.is_null(3) ? row.text(1) : row.text(3)};
    if (is_there(match.manifest.digest)) matches.push_back(std::move(match));
  }
}

std::vector<Match> find_by_id(Database& database, const std::string& prefix,
                              const std::function<bool(const Digest&)>& is_there) {
  const std::string end = prefix + "g";  // behind every hex digit
  std::vector<Match> matches;
  add_matches(database.query("SELECT media_type, digest, size, image_id FROM manifests "
                             "WHERE image_id >= ? AND image_id < ? ORDER BY digest",
                             prefix, end),
              is_there, matches);
  add_matches(database.query("SELECT media_type, digest, size, image_id FROM manifests "
                             "WHERE digest >= ? AND digest < ? ORDER BY digest",
                             prefix, end),
              is_there, matches);
  return matches;
}

std::optional<std::string> id_prefix(std::string_view word) {
  std::string_view hex = word;
  for (const std::string_view algorithm : {"sha256:", "sha512:"}) {
    if (hex.starts_with(algorithm)) hex.remove_prefix(algorithm.size());
  }
  if (!is_hex(hex) || hex.size() < shortest_id) return std::nullopt;
  return hex.size() == word.size() ? "sha256:" + std::string(hex) : std::string(word);
}

NamedImage with_some_name(Database& database, const Descriptor& target) {
  if (auto named = find_name_of(database, target.digest)) return std::move(*named);
  return {Reference::parse("localhost/unnamed").with_digest(target.digest), target, {}};
}

[[noreturn]] void fail_ambiguous(Database& database, std::string_view word,
                                 const std::map<std::string, Descriptor>& images) {
  std::vector<std::string> shown;
  for (const auto& [id, manifest] : images) {
    const auto named = find_name_of(database, manifest.digest);
    shown.push_back(named ? fmt::format("{} ({})", id, named->name.familiar()) : id);
  }
  fail(ErrorKind::conflict, "'{}' begins the ids of {} images: {}", word, shown.size(),
       join(shown, ", "));
}

std::optional<NamedImage> find_id(Database& database, std::string_view word,
                                  const std::function<bool(const Digest&)>& is_there) {
  const auto prefix = id_prefix(word);
  if (!prefix) return std::nullopt;
  std::map<std::string, Descriptor> images;
  for (const Match& match : find_by_id(database, *prefix, is_there)) {
    // the digest of one manifest asked for in full means that one
    if (match.manifest.digest.str() == *prefix) return with_some_name(database, match.manifest);
    const auto [at, added] = images.try_emplace(match.id, match.manifest);
    if (!added && !find_name_of(database, at->second.digest) &&
        find_name_of(database, match.manifest.digest)) {
      at->second = match.manifest;
    }
  }
  if (images.empty()) return std::nullopt;
  if (images.size() > 1) fail_ambiguous(database, word, images);
  return with_some_name(database, images.begin()->second);
}

/// "; did you mean 'alpine:3.18'?", or what else could help.
std::string hint(Database& database, std::string_view word, const std::vector<Reference>& tried) {
  std::vector<std::string> tags;
  for (const Reference& name : tried) {
    for (const NamedImage& image : list_tags(database, name)) {
      if (tags.size() < 5) tags.push_back(image.name.familiar());
    }
  }
  if (!tags.empty()) return fmt::format("; the store has {}", join(tags, ", "));
  std::vector<std::string> known;
  for (const NamedImage& image : list_names(database)) {
    const std::string familiar = image.name.familiar();
    known.push_back(familiar);
    // what people leave out must not count as a difference
    std::string_view brief = familiar;
    if (brief.starts_with("localhost/")) brief.remove_prefix(10);
    if (brief.ends_with(":latest")) brief.remove_suffix(7);
    if (brief != familiar) known.emplace_back(brief);
  }
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const auto near = did_you_mean(word, candidates);
  return near ? fmt::format("; did you mean '{}'?", *near) : "";
}

}  // namespace

NamedImage resolve(Database& database, std::string_view word,
                   const std::function<bool(const Digest&)>& is_there) {
  const std::vector<Reference> names = readings(word);
  for (const Reference& name : names) {
    if (auto found = find_reading(database, name)) return std::move(*found);
  }
  if (auto found = find_id(database, word, is_there)) return std::move(*found);
  std::vector<std::string> tried;
  for (const Reference& name : names) tried.push_back(name.str());
  if (id_prefix(word)) tried.emplace_back("ids of images and manifests");
  if (tried.empty()) Reference::parse(word);  // says what is wrong with the word
  fail(ErrorKind::not_found, "no image '{}' in the store (tried {}){}", printable(word),
       join(tried, ", "), hint(database, word, names));
}

}  // namespace lade

#include "registry/config/pull_sources.h"

#include <tuple>

#include "libimage/base/error.h"

namespace lade::registry {
namespace {

bool is_wildcard(std::string_view prefix) { return prefix.starts_with("*."); }

bool ends_a_part(std::string_view name, std::size_t at) {
  return at == name.size() || name[at] == ':' || name[at] == '/' || name[at] == '@';
}

/// How much of `name` the prefix takes; nothing if it does not match.
std::optional<std::size_t> matched_size(std::string_view name, std::string_view prefix) {
  if (!is_wildcard(prefix)) {
    const bool matches = name.starts_with(prefix) && ends_a_part(name, prefix.size());
    return matches ? std::optional(prefix.size()) : std::nullopt;
  }
  const std::string_view host = name.substr(0, name.find_first_of(":/@"));
  const std::string_view tail = prefix.substr(1);
  const bool matches = host.size() > tail.size() && host.ends_with(tail);
  return matches ? std::optional(host.size()) : std::nullopt;
}

/// `reference` with `location` in the place of what the prefix takes.
Reference rewrite(const Reference& reference, const RegistryEntry& entry,
                  const std::string& location) {
  if (location.empty()) return reference;
  const std::string name = reference.str();
  const std::string text = location + name.substr(*matched_size(name, entry.prefix));
  const auto rewritten = Reference::try_parse(text);
  // without a host of its own a location would silently become a path of docker.io
  const std::string_view host = std::string_view(location).substr(0, location.find('/'));
  const bool keeps_host =
      rewritten && (text.starts_with(rewritten->domain()) || host == "index.docker.io");
  if (keeps_host) return *rewritten;
  fail(ErrorKind::invalid,
       "{}: the location \"{}\" makes \"{}\" of {}: wanted host[:port]/repository", entry.origin,
       location, text, name);
}

bool serves(const Mirror& mirror, const Reference& reference) {
  switch (mirror.use) {
    case MirrorUse::digest_only:
      return reference.digest().has_value();
    case MirrorUse::tag_only:
      return !reference.digest().has_value();
    case MirrorUse::all:
      break;
  }
  return true;
}

const RegistryEntry* find_open(const RegistriesConfig& config, std::string_view name) {
  const RegistryEntry* entry = find_registry(config, name);
  if (entry != nullptr && entry->blocked) {
    fail(ErrorKind::denied, "{}: the registry \"{}\" is blocked by {}", name, entry->prefix,
         entry->origin);
  }
  return entry;
}

}  // namespace

const RegistryEntry* find_registry(const RegistriesConfig& config, std::string_view name) {
  // of two that match as much, the exact prefix, then the longer wildcard
  using Rank = std::tuple<std::size_t, bool, std::size_t>;
  const RegistryEntry* best = nullptr;
  Rank best_rank;
  for (const RegistryEntry& entry : config.registries) {
    const auto size = matched_size(name, entry.prefix);
    if (!size) continue;
    const Rank rank(*size, !is_wildcard(entry.prefix), entry.prefix.size());
    if (best != nullptr && rank <= best_rank) continue;
    best = &entry;
    best_rank = rank;
  }
  return best;
}

std::vector<PullSource> pull_sources(const RegistriesConfig& config, const Reference& reference) {
  const RegistryEntry* entry = find_open(config, reference.str());
  if (entry == nullptr) return {{reference}};
  std::vector<PullSource> sources;
  for (const Mirror& mirror : entry->mirrors) {
    if (!serves(mirror, reference)) continue;
    sources.push_back({rewrite(reference, *entry, mirror.location), mirror.insecure, true});
  }
  sources.push_back({rewrite(reference, *entry, entry->location), entry->insecure, false});
  return sources;
}

PullSource push_target(const RegistriesConfig& config, const Reference& reference) {
  return {reference, is_insecure(config, reference.str()), false};
}

bool is_insecure(const RegistriesConfig& config, std::string_view name) {
  const RegistryEntry* entry = find_open(config, name);
  return entry != nullptr && entry->insecure;
}

}  // namespace lade::registry

// A name is looked up in two steps, because the first may have to ask a person and the second may
// run beside others: what could it mean, and which of that is there. The configuration is read only
// for names that are short and not of an image built here, so a build on what the store has opens
// no file of it.
#include "registry/pull/image_finder.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/image/admission.h"
#include "libimage/image/instance.h"
#include "registry/client/tags.h"
#include "registry/config/registries_file.h"
#include "registry/pull/stored_candidate.h"
#include "registry/pull/without_signatures.h"

namespace lade::registry {
namespace {

constexpr std::string_view docker_prefix = "docker://";
/// What `images` prints of an id: nobody calls an image that.
constexpr std::size_t printed_id_digits = 12;
constexpr std::size_t shortest_id_digits = 4;

bool is_built_here(const Reference& name) { return name.domain() == "localhost"; }

/// Of several failures the one that is worth most to a caller: what may pass, then what is refused.
ErrorKind weightier(ErrorKind a, ErrorKind b) {
  for (const ErrorKind kind : {ErrorKind::unavailable, ErrorKind::denied}) {
    if (a == kind || b == kind) return kind;
  }
  return a == ErrorKind::not_found ? b : a;
}

}  // namespace

NameCandidates ImageFinder::resolve(const std::string& text) {
  NameCandidates names{.text = text};
  if (text.starts_with(docker_prefix)) {
    names.remote = {Reference::parse(std::string_view(text).substr(docker_prefix.size()))};
    names.stored = names.remote;
  } else if (is_short_name(text)) {
    resolve_short(names);
  } else {
    names.stored = {Reference::parse(text)};
    if (!is_built_here(names.stored.front())) names.remote = names.stored;
  }
  return names;
}

void ImageFinder::resolve_short(NameCandidates& names) {
  const std::size_t shortest =
      options_.policy == PullPolicy::missing || options_.policy == PullPolicy::never
          ? shortest_id_digits
          : printed_id_digits;
  const auto store = options_.store();
  try {
    names.stored = {Reference::parse_local(names.text)};
  } catch (const Error&) {
    if (find_stored_by_id(*store, names.text, shortest)) return;
    throw;
  }
  const bool asks = options_.policy == PullPolicy::always || options_.policy == PullPolicy::newer;
  if (!asks && find_stored(*store, names.stored)) return;
  const auto transport = options_.transport();
  const auto remembered = load_remembered_aliases(options_.alias_file);
  try {
    // somebody could always be asked, as far as the store is concerned
    NameOptions local = options_.names;
    local.terminal = true;
    NameResolution found = resolve_name(names.text, transport->config(), remembered, local);
    names.stored.insert(names.stored.end(), found.candidates.begin(), found.candidates.end());
    if (!asks && find_stored(*store, names.stored)) return;
    if (find_stored_by_id(*store, names.text, shortest)) return;
    if (options_.policy == PullPolicy::never) return;
    found = resolve_name(names.text, transport->config(), remembered, options_.names);
    names.reason = found.reason;
    names.remote = std::move(found.candidates);
    if (!found.ask) return;
    found.candidates = names.remote;
    names.remote = {found.candidates.at(options_.choose(found))};
    names.alias = found.alias_name;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found && error.kind() != ErrorKind::conflict) throw;
    names.unresolved = error;
  }
}

FoundImage ImageFinder::find(const NameCandidates& names, const PlatformChoice& wanted) {
  Hit hit = search(names, wanted);
  if (options_.admission != nullptr) {
    ImageSource& source = hit.asked ? *hit.asked : *hit.image.source;
    admit_images(source, wanted, *options_.admission);
  }
  // what is found goes to the store, which keeps no signatures in files
  if (!hit.image.stored) hit.image.source = without_signatures(std::move(hit.image.source));
  return std::move(hit.image);
}

ImageFinder::Hit ImageFinder::search(const NameCandidates& names, const PlatformChoice& wanted) {
  auto stored = find_stored_image(names, wanted);
  if (stored && (options_.policy == PullPolicy::missing || names.remote.empty()) &&
      stored->stored) {
    return {*std::move(stored)};
  }
  if (options_.policy == PullPolicy::never || names.remote.empty()) {
    if (stored) return {*std::move(stored)};
    fail_unstored(names);
  }
  if (options_.policy != PullPolicy::newer || !stored || !stored->stored) {
    return find_remote(names, stored);
  }
  try {
    return find_remote(names, stored);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    options_.progress->warning(
        fmt::format("{} is taken as the store has it: {}", names.text, error.message()));
    return {*std::move(stored)};
  }
}

std::optional<FoundImage> ImageFinder::find_stored_image(const NameCandidates& names,
                                                         const PlatformChoice& wanted) {
  const auto store = options_.store();
  auto image = find_stored(*store, names.stored);
  if (!image && names.remote.empty()) {
    image = find_stored_by_id(*store, names.text, shortest_id_digits);
  }
  if (!image) return std::nullopt;
  auto source = open_store_image(store, *image);
  const bool whole = is_whole(*store, *source, wanted);
  return FoundImage{image->name, std::move(source), whole};
}

ImageFinder::Hit ImageFinder::find_remote(const NameCandidates& names,
                                          std::optional<FoundImage>& stored) {
  std::vector<std::string> tried;
  std::optional<ErrorKind> kind;
  for (const Reference& candidate : names.remote) {
    try {
      auto source = options_.transport()->open(candidate.or_latest());
      const RawManifest top = read_manifest(*source);
      keep_choice(names);
      const Reference name = candidate.exact();
      const bool same = stored && stored->stored && stored->name == name &&
                        read_manifest(*stored->source).digest == top.digest;
      if (same) return {*std::move(stored), std::move(source)};
      return {{name, std::move(source), false}};
    } catch (Error& error) {
      if (names.remote.size() == 1 || error.kind() == ErrorKind::cancelled) {
        if (!names.reason.empty()) error.add_context(names.reason);
        throw;
      }
      tried.push_back(fmt::format("{}: {}", candidate.or_latest().str(), error.message()));
      kind = kind ? weightier(*kind, error.kind()) : error.kind();
    }
  }
  fail(*kind, "no image for \"{}\" ({}); tried {}", printable(names.text), names.reason,
       join(tried, "; "));
}

std::vector<Reference> ImageFinder::list_tags(const std::string& text) {
  const NameCandidates names = resolve(text);
  const std::vector<Reference>& candidates = names.remote;
  if (candidates.empty()) fail_unstored(names);
  if (!candidates.front().is_name_only()) {
    fail(ErrorKind::invalid, "all tags were asked for, so \"{}\" must not say one",
         printable(text));
  }
  std::vector<std::string> tried;
  for (const Reference& candidate : candidates) {
    try {
      const auto repository = options_.transport()->repository(candidate);
      std::vector<Reference> tagged;
      for (const std::string& tag : registry::list_tags(repository)) {
        tagged.push_back(candidate.with_tag(tag));
      }
      keep_choice(names);
      return tagged;
    } catch (const Error& error) {
      if (candidates.size() == 1 || error.kind() != ErrorKind::not_found) throw;
      tried.push_back(fmt::format("{}: {}", candidate.str(), error.message()));
    }
  }
  fail(ErrorKind::not_found, "no repository for \"{}\" ({}); tried {}", printable(text),
       names.reason, join(tried, "; "));
}

/// A choice that cannot be kept is asked for again, which is no reason to fail.
void ImageFinder::keep_choice(const NameCandidates& names) {
  if (names.alias.empty() || options_.alias_file.empty()) return;
  try {
    remember_alias(options_.alias_file, names.alias, names.remote.front());
  } catch (const Error& error) {
    options_.progress->warning(
        fmt::format("the choice for \"{}\" is not kept: {}", names.alias, error.message()));
  }
}

void ImageFinder::fail_unstored(const NameCandidates& names) {
  const bool may_not_ask = options_.policy == PullPolicy::never;
  const std::string why = names.unresolved ? names.unresolved->message()
                          : may_not_ask    ? "the pull policy is never, so no registry is asked"
                                           : "no registry is asked for what is built here";
  try {
    options_.store()->resolve(names.text);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    fail(names.unresolved ? names.unresolved->kind() : error.kind(), "{}; {}", error.message(),
         why);
  }
  // it has one, but under a name that is not meant
  std::vector<std::string> looked;
  for (const Reference& name : names.stored) looked.push_back(name.exact().str());
  fail(ErrorKind::not_found, "no image '{}' in the store (tried {}); {}", printable(names.text),
       join(looked, ", "), why);
}

}  // namespace lade::registry

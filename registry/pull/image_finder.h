#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libimage/image/copy.h"
#include "libimage/store/store.h"
#include "registry/client/docker_transport.h"
#include "registry/config/short_names.h"
#include "registry/pull/pull_policy.h"

namespace lade::registry {

/// What a finder needs of the world.
struct FinderOptions {
  std::function<std::shared_ptr<Store>()> store;
  /// Asked for when a registry, or the configuration of registries, is first needed.
  std::function<std::shared_ptr<DockerTransport>()> transport;
  std::string alias_file;  ///< empty: choices are not kept
  NameOptions names{};
  /// Asks a person which candidate is meant; answers its number. Needed if `names.terminal`.
  std::function<std::size_t(const NameResolution&)> choose{};
  PullPolicy policy = PullPolicy::missing;
  /// Asked about every image that is found, by its name there, even if the store has it already;
  /// may be null.
  Admission* admission = nullptr;
  Progress* progress = &no_progress();  ///< hears warnings
};

/// What a name may stand for, once it is settled where to look.
struct NameCandidates {
  std::string text;                   ///< as a person typed it
  std::vector<Reference> stored{};    ///< what to look for in the store, in this order
  std::vector<Reference> remote{};    ///< what to ask registries for, in this order
  std::string reason{};               ///< why those
  std::string alias{};                ///< a short name to remember the only candidate under
  std::optional<Error> unresolved{};  ///< why no registry can be asked
};

/// An image that a name stands for.
struct FoundImage {
  /// What it is called in the store, now or once it is pulled; nothing: it has no name there.
  std::optional<Reference> name{};
  std::unique_ptr<ImageSource> source;
  bool stored = false;  ///< the source is the store, and it has all that is wanted
};

/// Finds the images that people name, in the store and on registries: short names by aliases and
/// search registries as containers-registries.conf(5) has it, and which of both is asked as the
/// policy says. What was built here and has no registry is called localhost/NAME; that is looked
/// for first, and no registry is asked for it.
class ImageFinder {
 public:
  explicit ImageFinder(FinderOptions options) : options_(std::move(options)) {}

  /// Settles what "NAME[:TAG][@DIGEST]" or docker://NAME may mean, and asks a person where the
  /// configuration wants that. `invalid` for no name; where no registry can be asked that is an
  /// error only for who needs one.
  NameCandidates resolve(const std::string& text);

  /// The first candidate that there is. `not_found`, or what kept registries from answering, names
  /// every candidate that was tried and why it is not the one; one that is not admitted is no
  /// reason to look further. May be called from several threads.
  FoundImage find(const NameCandidates& names, const PlatformChoice& wanted);

  /// The names of all tags of the repository, from the first candidate that has one. `invalid` for
  /// a name with a tag or digest.
  std::vector<Reference> list_tags(const std::string& text);

 private:
  void resolve_short(NameCandidates& names);
  std::optional<FoundImage> find_stored_image(const NameCandidates& names,
                                              const PlatformChoice& wanted);
  /// What was found, and what was asked about it where that is somewhere else.
  struct Hit {
    FoundImage image;
    std::unique_ptr<ImageSource> asked{};
  };
  Hit search(const NameCandidates& names, const PlatformChoice& wanted);
  Hit find_remote(const NameCandidates& names, std::optional<FoundImage>& stored);
  void keep_choice(const NameCandidates& names);
  [[noreturn]] void fail_unstored(const NameCandidates& names);

  FinderOptions options_;
};

}  // namespace lade::registry

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "builder/exec/context_tree.h"
#include "builder/exec/materials.h"
#include "builder/plan/op.h"
#include "builder/sandbox/runner.h"
#include "builder/sandbox/userdb.h"
#include "libimage/base/guarded.h"
#include "libimage/base/progress.h"
#include "libimage/image/interfaces.h"
#include "libimage/layer/merged_tree.h"
#include "libimage/store/store.h"
#include "libimage/stream/codec.h"

namespace lade::builder {

class Snapshots;

/// A secret or a socket that RUN may be given, by id. Secrets are read when a step needs them and
/// kept out of every record.
struct SecretSource {
  std::string file;      ///< read from here…
  std::string variable;  ///< …or from this variable of Lade's environment
};

/// What RUN steps of one build have in common.
struct RunSettings {
  Network network = Network::host;
  std::vector<HostEntry> hosts;
  Dns dns;
  std::uint64_t shm_size_bytes = 64U << 20U;
  CapabilitySet capabilities = default_capabilities;
  Seccomp seccomp;
  std::vector<ResourceLimit> limits;
  /// --security=insecure is granted: all capabilities, no seccomp profile.
  bool allow_insecure = false;
  const CancelToken* cancel = nullptr;
  std::function<void(std::string_view)> warning;
};

/// What every step of one build works with. Made once by the build; steps change nothing in it.
struct Workshop {
  std::shared_ptr<Store> store;
  Lease* lease = nullptr;
  std::map<std::string, std::unique_ptr<ContextTree>> contexts;  ///< "" is the main one
  /// Whether the layers of an image are in the store, and what brings them; empty: they are.
  std::function<bool(const ImageOp&)> has_image;
  std::function<void(const ImageOp&)> bring_image;
  UrlFetcher* urls = nullptr;
  RepositoryFetcher* repositories = nullptr;
  Runner* runner = nullptr;
  Snapshots* snapshots = nullptr;
  std::map<std::string, SecretSource> secrets;
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::string ssh_socket;
  RunSettings run;
  /// Where steps note what they use of the world.
  std::shared_ptr<Materials> materials = std::make_shared<Materials>();
  EncoderOptions encoding;
  std::string layer_type;  ///< media type of the layers made here
  Timestamp now;
  /// Set: the build is to be reproducible; no time in a layer is later than this.
  std::optional<Timestamp> epoch;
  /// Tocs in use, each opened and checked once in a build.
  mutable Guarded<std::map<Digest, std::shared_ptr<const Toc>>> tocs;

  /// Cancelled when a step fails, so that the others end; follows what the caller cancels.
  CancelToken stop;

  /// Throws `cancelled` if the build is to stop.
  void require_going_on() const;
  std::shared_ptr<const Toc> toc(const LayerRef& layer) const;
  /// The merged tree of layers, all of which are in the store.
  MergedTree tree(const std::vector<LayerRef>& layers) const;
  /// The files of a finished node.
  std::unique_ptr<SourceTree> files(const std::string& name,
                                    const std::vector<LayerRef>& layers) const;
  /// `not_found` if the build has no such context.
  ContextTree& context(const std::string& name) const;
  /// A small file of an image, links followed; nothing if absent.
  std::optional<std::string> read_image_file(const std::vector<LayerRef>& layers,
                                             std::string_view path) const;
};

/// "name[:group]" or numbers, against the passwd and group files of an image.
ResolvedUser find_user(const Workshop& workshop, const std::vector<LayerRef>& layers,
                       const std::string& user);
/// The same for a --chown.
FileOwner find_owner(const Workshop& workshop, const std::vector<LayerRef>& layers,
                     const std::string& owner);

/// The chain id of layers as text; "scratch" for none.
std::string chain_key(const std::vector<LayerRef>& layers);

/// Writes one layer into the store through `fill`; nothing if no member was added. What `check`
/// throws keeps it out of the store.
std::optional<LayerRef> write_layer(const Workshop& workshop,
                                    const std::function<void(LayerWriter&)>& fill,
                                    const std::function<void(const Toc&)>& check = {});

}  // namespace lade::builder

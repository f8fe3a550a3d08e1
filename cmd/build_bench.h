#pragma once

#include <memory>
#include <string>
#include <vector>

#include "builder/build/build.h"
#include "cmd/build_flags.h"
#include "libimage/base/temp_dir.h"
#include "registry/git/git_fetch.h"
#include "registry/http/url_fetch.h"

namespace lade::cmd {

/// What a build needs of the world, as flags and session make it. Contexts that are elsewhere are
/// fetched when it is made, and `flags` name directories from then on.
class BuildBench {
 public:
  /// `flags` and `session` outlive it.
  BuildBench(BuildFlags& flags, Session& session);

  const builder::BuildWorld& world() const { return world_; }
  /// Images are found by another resolver, which outlives this.
  void use_images(ImageResolver& images) { world_.images = &images; }
  ImageResolver& images() { return *images_; }
  /// Where the main context was fetched from; empty: it is a directory, or came on stdin.
  const std::string& context_uri() const { return context_uri_; }

 private:
  std::unique_ptr<ImageResolver> images_;
  registry::HttpUrlFetcher urls_;
  registry::GitRepositoryFetcher repositories_;
  std::unique_ptr<Progress> progress_;
  builder::BuildWorld world_;
  std::vector<TempDir> fetched_;
  std::string context_uri_;
};

}  // namespace lade::cmd

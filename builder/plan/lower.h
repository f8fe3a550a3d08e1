#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "builder/containerfile/containerfile.h"
#include "builder/plan/op.h"
#include "libimage/oci/platform.h"

namespace lade::builder {

/// What lowering must know of an image that FROM or --from names.
struct BaseImage {
  std::string name;  ///< as it was found, e.g. "docker.io/library/debian:12"
  Digest digest;     ///< of the manifest
  ImageConfig config;
  std::vector<LayerRef> layers;
};

struct LowerOptions {
  std::string file_name = "Containerfile";  ///< for messages
  std::string target;                       ///< stage name or number; empty: the last
  std::map<std::string, std::string> build_args;
  Platform build_platform;
  Platform target_platform;
  /// Names of --build-context; they win over stages and images.
  std::map<std::string, std::string> named_contexts;
  /// Variables like SOURCE_DATE_EPOCH that RUN sees when set, also without ARG.
  std::optional<Timestamp> epoch;
  bool no_cache = false;
  bool inherit_labels = true;  ///< false: those of what FROM names are dropped
  /// Finds an image (its config, not its blobs). Throws `not_found`.
  std::function<BaseImage(const std::string& name, const Platform& platform)> find_image;
};

/// One line of the future image's history. Whether a step made a layer is known when its node is
/// done; lines of the base image are kept as they came.
struct PlannedHistory {
  HistoryEntry entry;
  std::optional<NodeId> node{};
  bool inherited = false;
};

/// The build as a graph, and the image that comes out but for its layers.
struct Plan {
  Graph graph;
  NodeId result = 0;
  /// Of the result: config, and history of the base image.
  ImageConfig config;
  std::vector<PlannedHistory> history;
  std::size_t base_layers = 0;  ///< how many layers come from the base image
  std::optional<BaseImage> base;
  std::vector<BaseImage> images;  ///< all that were found
};

/// Text to graph: chooses the stages that the target needs, expands variables, runs ONBUILD
/// triggers, resolves images. Stages nobody needs are not looked at beyond their syntax. Throws
/// `invalid` with file and line.
Plan lower(const containerfile::Containerfile& file, const LowerOptions& options);

}  // namespace lade::builder

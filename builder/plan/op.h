#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "libimage/base/time.h"
#include "libimage/oci/config.h"
#include "libimage/oci/descriptor.h"

/// The build as data: what is to be done, in which order it must be, and nothing of how.
namespace lade::builder {

using NodeId = std::size_t;

/// A layer of an image: the blob that holds it and the digest of its uncompressed tar.
struct LayerRef {
  Descriptor blob;
  Digest diff_id;

  bool operator==(const LayerRef&) const = default;
};

/// Begins with nothing.
struct ScratchOp {};

/// Begins with the layers of an image.
struct ImageOp {
  std::string name;
  std::vector<LayerRef> layers;
};

/// A small file whose contents stand in the Containerfile (heredoc sources of COPY and ADD).
struct InlineFile {
  std::string name;
  std::string content;
};

/// A document to download (ADD).
struct RemoteFile {
  std::string url;
  std::optional<Digest> checksum;
};

/// A git repository to fetch (ADD).
struct RemoteRepository {
  std::string remote;
  std::string ref;       ///< empty: the default branch
  std::string checksum;  ///< what the commit's id begins with; empty: anything
  std::string subdir;    ///< empty: all of it
  bool keep_git_dir = false;
};

/// COPY and ADD: files from somewhere become a layer.
struct CopyOp {
  /// The node whose files are taken; none: a build context.
  std::optional<NodeId> from;
  /// Which context: "" is the main one, others are those of --build-context.
  std::string context;
  std::vector<std::string> sources;  ///< patterns, as written after expansion
  std::vector<InlineFile> inline_files;
  std::vector<RemoteFile> remote_files;
  std::vector<RemoteRepository> repositories;
  std::string destination;  ///< absolute or relative to `working_dir`; keeps a trailing slash
  std::string working_dir;
  std::string chown;  ///< empty: 0:0
  std::string chmod;  ///< empty: as the source has it
  std::vector<std::string> excludes;
  bool parents = false;
  bool link = false;
  bool unpack_local = false;   ///< ADD unpacks archives of the context
  bool unpack_remote = false;  ///< ADD --unpack does so with downloads
};

/// WORKDIR: a directory that must exist.
struct MakeDirOp {
  std::string path;
  std::string user;
};

/// One --mount of a RUN.
struct RunMount {
  enum class Type { bind, cache, tmpfs, secret, ssh };
  enum class Sharing { shared, exclusive, locked };

  Type type = Type::bind;
  std::string target;
  std::optional<NodeId> from;  ///< files of a node; none: of a context
  std::string context;
  std::string source;  ///< path within what it comes from
  bool read_only = true;
  std::string id;  ///< of a cache, secret or ssh socket
  Sharing sharing = Sharing::shared;
  bool required = false;
  std::string env;                    ///< secret: also (or only) as this variable
  std::optional<std::uint32_t> mode;  ///< of a cache directory or secret file
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size_bytes = 0;  ///< of a tmpfs; 0: no limit
};

/// RUN: a process changes files.
struct RunOp {
  std::vector<std::string> argv;
  std::vector<std::string> env;  ///< NAME=value, in order
  /// HTTP_PROXY and its kin, given without an ARG: seen by the process, part of no key.
  std::vector<std::string> proxy_env;
  std::string platform;  ///< what the process believes to run on
  std::string working_dir;
  std::string user;
  std::vector<RunMount> mounts;
  bool network = true;
  bool insecure = false;  ///< --security=insecure
  /// Files made for the step alone, by absolute path: the scripts of RUN heredocs.
  std::vector<InlineFile> scripts;
};

using Op = std::variant<ScratchOp, ImageOp, CopyOp, MakeDirOp, RunOp>;

/// One step and what it stands on.
struct Node {
  Op op;
  std::optional<NodeId> base;    ///< whose files it changes
  std::vector<NodeId> inputs{};  ///< whose files it reads, beside its base
  std::string label{};           ///< "[build 2/5] RUN make"
  std::string place{};           ///< "Containerfile:7"; empty: nothing written
  bool cacheable = true;
};

/// Nodes in an order in which each comes after what it needs.
struct Graph {
  std::vector<Node> nodes;
};

}  // namespace lade::builder

#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "builder/build/build.h"
#include "builder/build/checkout.h"
#include "cmd/provenance.h"
#include "cmd/session.h"

namespace lade::cmd {

/// The flags of `lade build` as they were typed.
struct BuildFlags {
  std::string context = ".";
  /// What the context was called before it was fetched; empty: it is a directory of the user's.
  std::string fetched_context{};
  std::optional<builder::Checkout> fetched_checkout{};  ///< of a context from a git repository
  std::optional<std::string> containerfile_text{};      ///< of a context that was nothing else
  std::string file;
  std::string ignore_file;
  std::vector<std::string> tags;
  std::string target;
  std::vector<std::string> build_args;
  std::vector<std::string> build_arg_files;
  std::vector<std::string> build_contexts;
  std::vector<std::string> labels;
  std::vector<std::string> annotations;
  std::vector<std::string> secrets;
  std::vector<std::string> ssh;
  std::vector<std::string> outputs;
  std::vector<std::string> add_hosts;
  std::vector<std::string> dns;
  std::vector<std::string> dns_searches;
  std::vector<std::string> cap_add;
  std::vector<std::string> cap_drop;
  std::vector<std::string> security_options;
  std::vector<std::string> allowed;
  std::vector<std::string> ulimits;
  std::string platform;
  std::string format = "oci";
  std::string compression = "gzip";
  int compression_level = -1;
  bool squash = false;
  bool squash_all = false;
  std::string timestamp;
  std::string network = "host";
  std::string shm_size;
  ProvenanceFlags provenance;
  bool source_annotations = true;
  std::string iid_file;
  std::string metadata_file;
  std::string progress = "auto";
  std::string pull = "missing";
  bool push = false;
  bool quiet = false;
  bool no_cache = false;
  bool check = false;
  bool inherit_labels = true;
  unsigned jobs = 0;

  /// Does an --output send the image itself to stdout?
  bool writes_to_stdout() const;
};

/// The socket that --ssh or the environment names; may be empty.
std::string ssh_socket_of(const BuildFlags& flags, const Session& session);

void add_build_flags(CLI::App& app, BuildFlags& flags);

/// The names of the image in the store: --tag without docker://.
std::vector<Reference> tags_of(const BuildFlags& flags);
/// Those to push after the build: docker://NAME, and all with --push.
std::vector<Reference> pushed_tags_of(const BuildFlags& flags);

/// Reads the files that the flags name and turns words into values. Throws `invalid` with the
/// flag's name.
builder::BuildOptions make_options(const BuildFlags& flags, const Session& session);

}  // namespace lade::cmd

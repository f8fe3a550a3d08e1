#pragma once

#include <sys/stat.h>

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "builder/containerfile/ignore.h"
#include "builder/exec/source_tree.h"
#include "builder/exec/stat_cache.h"
#include "libimage/base/guarded.h"
#include "libimage/layer/rootfs.h"

namespace lade::builder {

/// A directory on disk as a build context: what the ignore file leaves in, owned by nobody in
/// particular (0:0). Symlinks never lead out of it. All calls may come from several threads.
class ContextTree final : public SourceTree {
 public:
  struct Options {
    std::string directory;
    containerfile::IgnoreRules ignore{};
    std::string ignore_name = "the ignore file";  ///< for messages
    std::string cache_file{};                     ///< of the StatCache; empty: none
    Timestamp now{};
    unsigned threads = 2;
  };
  explicit ContextTree(Options options);
  ~ContextTree() override;

  std::string name() const override { return "the build context"; }
  std::optional<Entry> find(std::string_view path) override;
  std::vector<Entry> list(std::string_view directory) override;
  std::vector<Digest> hash(std::span<const Entry> files) override;
  std::unique_ptr<Source> open(const Entry& file) override;

  std::string explain_missing(std::string_view path) override;

  const std::string& directory() const { return options_.directory; }
  /// Does the ignore file keep anything out at or below `path`?
  bool has_ignored(std::string_view path);
  /// Writes the stat cache.
  void save();

 private:
  Entry describe(int parent, const std::string& name, std::string path,
                 const struct stat& status) const;
  struct Hashed {
    Digest digest;
    struct stat status;  ///< of the file that was read
  };
  /// What is remembered of contents.
  struct Memory {
    StatCache cache;
    /// By path, of the files last found or listed: spares `hash` another look at them.
    std::unordered_map<std::string, Digest> seen{};

    void look_up(const std::string& path, const struct stat& status);
  };

  Hashed hash_file(const Entry& file, std::vector<std::byte>& buffer);

  Options options_;
  Rootfs root_;
  Guarded<Memory> memory_;
};

}  // namespace lade::builder

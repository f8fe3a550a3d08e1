#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/layer/merged_tree.h"
#include "sbom/catalog/find.h"
#include "sbom/model/inventory.h"
#include "sbom/model/purl.h"

namespace lade::sbom {

/// Which files a cataloger wants to read. A rule is looked up by hash, so their number costs
/// nothing; `Cataloger::wants` then decides.
struct PathRule {
  enum class Kind : unsigned char {
    path,       ///< the whole path: "var/lib/dpkg/status"
    name,       ///< its last component: "METADATA"
    extension,  ///< what follows its last dot, lower case: "jar"
    directory,  ///< the directory it lies in, itself: "var/lib/dpkg/status.d"
    elf         ///< any file that begins as an ELF program or library does; `text` is empty
  };
  Kind kind = Kind::path;
  std::string_view text{};
};

/// A file of a layer while it passes by.
struct FileView {
  std::string_view path;  ///< normalised
  std::uint32_t mode = 0;
  std::uint32_t uid = 0;
  std::uint64_t size_bytes = 0;
  /// All of it. Larger ones are mapped from disk, so reading here and there is cheap and memory
  /// does not grow.
  std::span<const std::byte> content{};
};

class AssemblyView;
class InventoryBuilder;

/// Reads one kind of package record. Stateless; used from several threads. Whatever the bytes are,
/// `read` ends in bounded time and memory; an Error it throws (`corrupt`, `invalid`, `unsupported`)
/// becomes the find's `problem`.
class Cataloger {
 public:
  virtual ~Cataloger() = default;
  /// "dpkg", "python": lower case, unique.
  virtual std::string_view name() const = 0;
  /// To be raised whenever `read` would answer otherwise for some bytes: caches depend on it.
  virtual unsigned version() const = 0;
  virtual std::vector<PathRule> rules() const = 0;
  /// Beyond this a file is not read; that is a remark unless the rule was by `elf`.
  virtual std::uint64_t limit_bytes() const { return std::uint64_t{64} << 20U; }
  /// Asked for every file that one of the rules names.
  virtual bool wants(std::string_view /*path*/, std::uint64_t /*size_bytes*/) const { return true; }
  /// What the file says; nothing if it is not what its path promised and that is no fault.
  virtual std::optional<Find> read(const FileView& file) const = 0;
  /// Puts together what the layers show. By default every package of every visible find is added
  /// where it was found, under its parent.
  virtual void assemble(const AssemblyView& view, InventoryBuilder& inventory) const;
};

using Catalogers = std::vector<std::shared_ptr<const Cataloger>>;

/// A find that the layers together show, and the layer that shows it.
struct VisibleFind {
  const Find* find = nullptr;
  std::size_t layer = 0;
};

/// What the layers together show, as a cataloger's assembly sees it.
class AssemblyView {
 public:
  virtual ~AssemblyView() = default;
  virtual const MergedTree& tree() const = 0;
  virtual const std::optional<Distribution>& distribution() const = 0;
  /// Those of a cataloger that are visible, sorted by path.
  virtual const std::vector<VisibleFind>& visible(std::string_view cataloger) const = 0;
  /// The visible find of a cataloger at a path, symbolic links followed.
  virtual const VisibleFind* find_visible(std::string_view cataloger,
                                          std::string_view path) const = 0;
  /// Every find of a cataloger at exactly this path, hidden ones too, lowest layer first.
  virtual std::vector<VisibleFind> history(std::string_view cataloger,
                                           std::string_view path) const = 0;
};

/// Collects packages and edges. Ids, purls, order, duplicates and ownership are its business.
class InventoryBuilder {
 public:
  virtual ~InventoryBuilder() = default;
  /// Returns a handle for the calls below. `package` has its locations and layers
  /// (`attribute_layers`); purl, id and cataloger are set here. One package (type, namespace, name,
  /// version, architecture, qualifiers) that is added twice is one with the locations of both; a
  /// package of a language is one only at the same place.
  virtual std::size_t add(Package package) = 0;
  virtual void relate(std::size_t from, std::size_t to, RelationKind kind) = 0;
  /// The distribution's package `owner` owns these paths (one a line, as Find::owned_paths);
  /// directories among them do no harm. The text must outlive the builder.
  virtual void own(std::size_t owner, std::string_view paths) = 0;
  /// The package `from` needs the file at `path` (normalised, symbolic links followed): it depends
  /// on the distribution's package that owns it, if one does.
  virtual void need(std::size_t from, std::string path) = 0;
  virtual void remark(std::string path, std::string message) = 0;
  /// Handles of what was added so far under a package URL, whatever its qualifiers and subpath are.
  virtual std::vector<std::size_t> find(const Purl& purl) const = 0;
};

/// Sets `introduced_layer` and `changed_layer` of a package that a find of `cataloger` at `path`
/// tells of, by what the finds of the layers below say there.
void attribute_layers(Package& package, const AssemblyView& view, std::string_view cataloger,
                      std::string_view path);

}  // namespace lade::sbom

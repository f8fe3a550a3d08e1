#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "libimage/archive/entry.h"
#include "libimage/oci/digest.h"

namespace lade {

/// One path of a layer, as its toc tells it. Views point into the toc.
struct TocEntry {
  std::string_view path;  ///< normalised (layer_path.h)
  EntryType type = EntryType::file;
  bool whiteout = false;  ///< the path is removed; nothing else below means anything
  bool opaque = false;    ///< a directory that hides what lower layers have in it
  bool implied = false;   ///< a directory that the archive never names but has members below
  /// A hard link to a file that the layer does not have: `link_target` is a path of the layers
  /// below and nothing is known of its contents here.
  bool link_below = false;
  std::uint32_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  Timestamp mtime;
  std::uint64_t size_bytes = 0;
  /// Symlink: its text. Hard link: the normalised path of the entry that has the contents; mode,
  /// owner, times, size, hash and offset are that entry's, unless `link_below`.
  std::string_view link_target;
  std::uint32_t device_major = 0;
  std::uint32_t device_minor = 0;
  /// sha256 of a file's contents; empty for every other type.
  std::span<const std::byte> content_hash;
  /// Where the contents stand in the uncompressed tar, if in one piece.
  std::optional<std::uint64_t> data_offset;
  /// Encoded; decode with xattrs().
  std::string_view encoded_xattrs;

  std::map<std::string, std::string> xattrs() const;
};

/// The index of one layer: every path in its final state within the layer (of two members with one
/// name the later counts), sorted by path_less, with the directories that members imply. Immutable;
/// the in-memory form is the file's form (docs/formats.md, "toc"), mapped, versioned, checked when
/// opened.
class Toc {
 public:
  virtual ~Toc() = default;

  /// Maps a file. `corrupt` if damaged, `unsupported` for another version.
  static std::shared_ptr<const Toc> open(const std::string& path);
  static std::shared_ptr<const Toc> from_bytes(std::string bytes, std::string_view what);

  virtual std::string_view bytes() const = 0;  ///< what is to be written to disk
  virtual std::size_t size() const = 0;
  virtual TocEntry at(std::size_t index) const = 0;
  /// The path of entry `index` alone: what searches read.
  virtual std::string_view path_at(std::size_t index) const { return at(index).path; }
  virtual Digest diff_id() const = 0;
  virtual std::uint64_t tar_bytes() const = 0;  ///< size of the uncompressed tar

  std::optional<TocEntry> find(std::string_view path) const;
  /// Index of the first entry not less than `path`.
  std::size_t lower_bound(std::string_view path) const;
  /// The entries strictly below a directory: [first, last).
  std::pair<std::size_t, std::size_t> below(std::string_view directory) const;
};

}  // namespace lade

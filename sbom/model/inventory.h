#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/time.h"
#include "libimage/oci/digest.h"
#include "sbom/model/distribution.h"
#include "sbom/model/package.h"

namespace lade::sbom {

enum class RelationKind : unsigned char {
  depends_on,   ///< `from` needs `to`
  owned_by,     ///< the files of `from` belong to the distribution's package `to`
  contains,     ///< `to` is inside of `from`: a module in a binary, a jar in a jar
  described_by  ///< an SBOM found in the image, `from`, tells of `to`
};

std::string_view to_string(RelationKind kind);

/// An edge between two packages, by their index in the inventory.
struct Relation {
  std::size_t from = 0;
  std::size_t to = 0;
  RelationKind kind = RelationKind::depends_on;

  auto operator<=>(const Relation&) const = default;
};

/// A file that could not be read as what it is, or anything else that makes the list of packages
/// less than whole. Never silent: every format has a place for it.
struct Remark {
  std::string path;
  std::string message;

  auto operator<=>(const Remark&) const = default;
};

/// A layer of the image, for telling where something came from.
struct LayerOrigin {
  std::optional<Digest> digest{};  ///< of the blob; nothing for a directory
  std::optional<Digest> diff_id{};
  std::uint64_t size_bytes = 0;  ///< of the blob
  std::string media_type{};
  std::string created_by{};  ///< the instruction, from the history
};

enum class SubjectKind : unsigned char { image, directory, file };

/// What was looked into.
struct Subject {
  SubjectKind kind = SubjectKind::image;
  std::string name{};     ///< without tag and digest: "registry.example/team/app"
  std::string version{};  ///< the tag, else the digest
  std::optional<Digest> manifest{};
  std::optional<Digest> config{};
  std::uint64_t size_bytes = 0;  ///< of all layers' blobs
  std::string platform{};        ///< "linux/amd64"
  std::optional<Timestamp> created{};
  std::vector<LayerOrigin> layers{};
  std::vector<std::pair<std::string, std::string>> labels{};
};

/// What an image contains. Sorted, without duplicates, and the same for the same image.
struct Inventory {
  Subject subject{};
  std::optional<Distribution> distribution{};
  std::vector<Package> packages{};    ///< by type, namespace, name, version, location
  std::vector<Relation> relations{};  ///< sorted
  std::vector<Remark> remarks{};      ///< sorted
};

/// Index of the package with this id, if there is one.
std::optional<std::size_t> find_package(const Inventory& inventory, std::string_view id);

}  // namespace lade::sbom

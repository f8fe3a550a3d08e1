#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"
#include "libimage/oci/descriptor.h"
#include "libimage/oci/platform.h"
#include "libimage/transport/image_path.h"

namespace lade {

/// The index.json of an OCI layout (image-spec 1.1, image-layout.md): what it names, and edits that
/// leave everything else in it as it was, members nobody knows included.
class LayoutIndex {
 public:
  /// One without images.
  LayoutIndex();
  /// `what` names the document in errors.
  LayoutIndex(std::string_view bytes, std::string what);

  const std::vector<Descriptor>& entries() const { return entries_; }
  /// How each entry can be asked for: its ref name, else its containerd image name, else "@index".
  std::vector<std::string> names() const;
  /// The number of the entry that `wanted` means. Entries that share a name differ in platform:
  /// the best for `platform`, else the first. What is attached to images counts only if asked for.
  /// `not_found` and `invalid` (several, and none asked for) list the names.
  std::size_t choose(const ImagePath& wanted, const Platform& platform) const;

  /// The entry with exactly this ref name.
  std::optional<Descriptor> find_named(const std::string& ref_name) const;
  /// Is the entry there for what it is about (a fallback tag, one of cosign's)?
  bool is_attached(std::size_t number) const;
  /// Empty if it has none.
  std::string ref_name(std::size_t number) const;

  /// Adds an image; an entry with the same ref name goes.
  void add(const Descriptor& image, const std::optional<std::string>& ref_name);
  void remove(std::size_t number);
  std::string serialize() const;

 private:
  void read_entries();
  std::vector<std::size_t> named(const std::string& reference) const;

  Json document_;
  std::string what_;
  std::vector<Descriptor> entries_;
};

/// The contents of an `oci-layout` file.
inline constexpr std::string_view oci_layout_text = R"({"imageLayoutVersion": "1.0.0"})";
/// `unsupported` if the text of an `oci-layout` file names another version than 1.x.
void require_layout_version(std::string_view text, const std::string& what);

}  // namespace lade

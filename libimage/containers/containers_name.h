#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/reference.h"

namespace lade {

/// Where images of podman and buildah lie: a storage specifier, or what storage.conf(5) says.
struct ContainersPlace {
  std::string root;        ///< absolute
  std::string driver{};    ///< "overlay", "vfs"…; empty: all that are found there
  std::string run_root{};  ///< for the programs that write; may be empty
  std::vector<std::string> options{};
  /// Roots of stores that are read too (additionalimagestores).
  std::vector<std::string> additional_roots{};
};

/// `[[driver@]root[+run-root][:options]]{image-id|docker-reference[@image-id]}`
/// (containers-transports(5)), as far as it can be understood without looking into a store.
struct ContainersName {
  std::optional<ContainersPlace> place{};  ///< the specifier
  std::string image;                       ///< what follows it
  std::optional<Reference> reference{};    ///< tagged "latest" where there was no tag or digest
  std::string id{};                        ///< behind "@": an image id or the beginning of one
  /// Without colon, slash and "@" it may also be an id, or the beginning of one, of three
  /// characters or more.
  bool may_be_id = false;
};

/// `invalid` for what is outside the grammar.
ContainersName parse_containers_name(std::string_view details);

/// A driver's options: "overlay.imagestore=/a" and "additionalimagestore=/a" name more stores.
void add_driver_options(ContainersPlace& place, const std::vector<std::string>& options);

}  // namespace lade

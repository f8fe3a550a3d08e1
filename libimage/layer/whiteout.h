#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lade {

/// What a tar member's name says about the layers below (image-spec 1.1, layer.md, "Whiteouts").
struct Whiteout {
  enum class Kind {
    remove,   ///< `path` and what is below it are gone
    opaque,   ///< what lower layers have in the directory `path` is gone
    reserved  ///< an AUFS leftover (.wh..wh.plnk…): means nothing
  };
  Kind kind;
  std::string path;
};

/// The meaning of a normalised path; nothing for an ordinary one. Throws `invalid` for a whiteout
/// of the root, "." or "..".
std::optional<Whiteout> parse_whiteout(std::string_view normalized_path);
/// The member name that removes `path`, and the one that makes directory `path` opaque.
std::string whiteout_name(std::string_view path);
std::string opaque_name(std::string_view directory);

}  // namespace lade

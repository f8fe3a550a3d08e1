#pragma once

#include <string>
#include <string_view>

namespace lade {

/// The canonical form of a path inside a layer or image: components separated by single slashes,
/// no leading or trailing slash, no "." component; "" is the root directory. Throws `invalid` for
/// a ".." component, a NUL, or more than 4096 bytes.
std::string normalize_layer_path(std::string_view path);

/// Depth-first order: a directory comes before what is in it, and all of that before its next
/// sibling ("a", "a/b", "a-b"). All lists of paths in Lade are in this order.
bool path_less(std::string_view a, std::string_view b);
/// The same for containers, which are searched with views.
struct PathLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return path_less(a, b); }
};

/// "a/b" of "a/b/c"; "" of "a" and of "".
std::string_view parent_path(std::string_view path);
/// "c" of "a/b/c".
std::string_view base_name(std::string_view path);
/// Is `path` strictly below the directory `dir`?
bool is_below(std::string_view path, std::string_view dir);

}  // namespace lade

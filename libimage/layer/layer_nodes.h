#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "libimage/archive/entry.h"
#include "libimage/layer/layer_path.h"

namespace lade {

/// What one path of a layer has come to, after the members read so far.
struct LayerNode {
  EntryType type = EntryType::file;
  bool whiteout = false;
  bool opaque = false;
  bool implied = false;
  std::uint32_t inode = 0;  ///< the owner's number for what is behind the name
  std::string link_text{};  ///< of a symlink
};

/// The paths of one layer while its members come in, under the rules that the toc and the unpacking
/// of a layer share:
///  - a later member counts over an earlier one; what is no directory drops all that was below it;
///  - a member below something that is no directory makes it an implied directory;
///  - symlinks that this layer made are followed on the way to a member, inside the root; those of
///    lower layers are not, as under overlayfs;
///  - a whiteout hides lower layers only: on a path that this layer has, it makes a directory
///    opaque and says nothing about a file; a directory that comes after one, or in place of
///    something else, is opaque.
class LayerNodes {
 public:
  using Map = std::map<std::string, LayerNode, PathLess>;
  using Place = Map::iterator;

  /// Where the member of a normalised name really goes: symlinks of this layer among its
  /// directories followed. `invalid` after 40 links.
  std::string place(std::string_view path);

  // Each takes a path that `place` returned, and adds the directories it implies.
  Place put(const std::string& path, EntryType type, std::uint32_t inode,
            std::string_view link_text = {});
  Place whiteout(const std::string& path);
  Place opaque(const std::string& path);

  const LayerNode* find(std::string_view path) const;
  /// The node, if this layer has something there that is not a whiteout.
  const LayerNode* find_present(std::string_view path) const;
  const Map& map() const { return nodes_; }

 private:
  std::string follow(std::string_view directory) const;
  void imply_parents(std::string_view path);
  void imply(std::string_view path, bool opaque);
  void drop_below(Place place);

  Map nodes_;
  std::size_t symlinks_ = 0;
  // members of one directory come together: the last answers are mostly the next ones
  std::string last_directory_, last_followed_, last_implied_;
};

}  // namespace lade

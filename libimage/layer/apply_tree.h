#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "libimage/base/fd.h"
#include "libimage/layer/layer_nodes.h"
#include "libimage/layer/rootfs.h"

namespace lade {

/// The directory tree that a layer is unpacked into. Paths are those LayerNodes::place gives, so no
/// symlink of the disk is ever followed: one that stands where a directory must be is replaced. The
/// tree knows which directories it made or changed, so that their metadata can be set at the end,
/// when nothing is written into them any more.
class ApplyTree {
 public:
  /// What is to become of a directory in the end.
  struct Touched {
    enum class Kind {
      kept,    ///< was there: gets back its mode and time
      implied  ///< made on the way, or emptied: as the layers below say
    };
    Kind kind = Kind::kept;
    mode_t mode = 0;
    timespec mtime{};
  };
  using TouchedMap = std::map<std::string, Touched, PathLess>;

  explicit ApplyTree(const Rootfs& root);

  /// The open directory that holds `path`, made with all that lead to it where they are missing.
  /// Good until the next call.
  int enter_parent(const std::string& path) { return enter(std::string(parent_path(path))); }
  int enter(const std::string& directory);
  /// Do new names in the entered directory get its group?
  bool inherits_group() const { return (entered_mode_ & S_ISGID) != 0; }
  /// The type of what is there, the last component not followed; nothing if there is nothing.
  std::optional<mode_t> type_of(const std::string& path);

  /// Runs `make(directory, name)`, which returns false with errno set; what has the name already is
  /// removed and `make` tried again.
  template <class Make>
  void make(const std::string& path, const char* action, Make&& try_make) {
    if (!try_make(enter_parent(path), name_of(path))) remake(path, action, try_make);
  }
  /// Makes a directory unless there is one.
  void make_directory(const std::string& path);
  /// Removes what is there, with all below it.
  void remove(const std::string& path);
  /// Removes what is in a directory and not in this layer; directories in it that this layer only
  /// implies are then as if just made.
  void remove_others(const std::string& directory, const LayerNodes& nodes);
  void set_implied(const std::string& directory);

  const TouchedMap& touched() const { return touched_; }
  /// Opens a directory of the tree as it is.
  Fd open(const std::string& directory) const;
  static const char* name_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return path.c_str() + (slash == std::string::npos ? 0 : slash + 1);
  }

 private:
  using TryMake = std::function<bool(int directory, const char* name)>;
  void remake(const std::string& path, const char* action, const TryMake& try_make);
  Fd make_way(const std::string& directory);
  void forget(const std::string& path);

  const Rootfs& root_;
  TouchedMap touched_;
  std::string entered_path_;
  Fd entered_;
  mode_t entered_mode_ = 0;
};

}  // namespace lade

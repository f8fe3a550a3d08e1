#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libimage/base/fd.h"

namespace lade::builder {

/// The directories of an overlay file system. Whiteouts are character devices 0:0, opaque
/// directories have the attribute `user.overlay.opaque=y` (the kernel's "userxattr" form, the one
/// that an ordinary user can write).
struct OverlaySpec {
  std::vector<std::string> lowers{};  ///< topmost first, at most 500
  std::string upper{};                ///< empty: read-only
  std::string work{};                 ///< on the file system of `upper`; needed with it
  /// Whether unmounting waits until all is on the disk. Not needed where a crash of the machine
  /// means that the work is done again.
  bool durable = false;
};

/// Which system calls make an overlay; `automatic` is the first that the kernel has.
enum class OverlayMethod { automatic, classic };

/// A mount made ready but attached nowhere; it vanishes with the descriptor unless attached, and
/// the descriptor can be used as a directory. All of these need CAP_SYS_ADMIN in the user namespace
/// that owns the mount namespace (`enter_user_namespace`), and throw `denied` without.
using DetachedMount = Fd;

/// Mounts an overlay, whose devices cannot be opened. One lower directory without an upper one
/// becomes a read-only bind mount, which is what an overlay of it would be. Throws `invalid` for no
/// or too many lower directories, `not_found` for one that is missing; the kernel's own explanation
/// is in the message.
DetachedMount make_overlay(const OverlaySpec& spec,
                           OverlayMethod method = OverlayMethod::automatic);

/// A bind mount of what `source` names.
DetachedMount make_bind(const std::string& source, bool recursive);
/// A bind mount of what an O_PATH descriptor stands for; `name` is for messages.
DetachedMount make_bind(int source, const std::string& name, bool recursive);

struct MountOption {
  const char* key;
  std::string value{};  ///< empty: a flag
};
/// A new file system of a kind that has no source: "tmpfs", "devpts". `attributes` are
/// MOUNT_ATTR_….
DetachedMount make_filesystem(const char* type, const std::vector<MountOption>& options,
                              unsigned attributes);
/// A tmpfs with nosuid and nodev; `size_bytes` 0 is the kernel's default.
DetachedMount make_tmpfs(std::uint64_t size_bytes, unsigned mode);

/// Makes a mount, and those below it if asked, read-only.
void set_read_only(int mount, bool recursive);
/// Makes devices in a mount, and in those below it if asked, names that cannot be opened: those of
/// an image would be the host's.
void forbid_devices(int mount, bool recursive);
/// Makes a detached mount appear at a path of this mount namespace, on top of what is there.
void attach(const DetachedMount& mount, const std::string& target);
/// The same at what an O_PATH descriptor stands for; `name` is for messages.
void attach(const DetachedMount& mount, int target, const std::string& name);
/// Takes the topmost mount at a path away; what uses it keeps it until done.
void detach(const std::string& target);

/// Gives the calling thread a mount namespace of its own, from which nothing propagates.
void unshare_mounts();

}  // namespace lade::builder

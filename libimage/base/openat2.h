#pragma once

#include <linux/openat2.h>

namespace lade {

/// openat2(2), close-on-exec, tried again where the kernel asks for that: for a path with ".." in
/// it whenever a rename or a mount happens anywhere on the machine meanwhile. -1 with errno.
int open_at2(int root, const char* path, open_how how);

}  // namespace lade

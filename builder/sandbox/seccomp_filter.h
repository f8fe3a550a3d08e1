#pragma once

#include <linux/filter.h>

#include <vector>

#include "builder/sandbox/seccomp_profile.h"

namespace lade::builder {

/// The program for seccomp(2) that carries out a profile on this machine's architecture and those
/// it runs beside (x86_64: x86, x32; aarch64: arm); any other kills the process. Names that no
/// architecture here knows are passed over. Throws `invalid` if the program would be longer than
/// the kernel takes.
std::vector<sock_filter> compile_seccomp(const SeccompProfile& profile);

}  // namespace lade::builder

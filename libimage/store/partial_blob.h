#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/fd.h"
#include "libimage/oci/descriptor.h"
#include "libimage/oci/hasher.h"
#include "libimage/store/layout.h"

namespace lade {

/// A blob smaller than this is sooner had anew than looked for.
inline constexpr std::uint64_t partial_blob_least_bytes = 1U << 20U;

/// The beginning of a blob that is being written, in a file that outlives its writer: named by the
/// digest that it will have, and locked by whoever writes it, which the kernel ends with the
/// process. Nobody has checked the bytes.
struct PartialBlob {
  std::string path;
  Fd file;  ///< stands behind the last byte
  Hasher hasher;
  std::uint64_t size_bytes = 0;
};

/// Opens what there is of a blob, or a new file; nothing if somebody else writes it right now.
std::optional<PartialBlob> open_partial_blob(const StoreLayout& layout, const Descriptor& expected);

/// The same in a file of any name. `open` makes one attempt at it (open_partial_file).
std::optional<PartialBlob> take_partial_blob(const std::string& path, const Descriptor& expected,
                                             const std::function<Fd()>& open);
/// Opens and locks the file, making it with `mode` (and the umask) if there is none; nothing if
/// somebody else writes it.
Fd open_partial_file(const std::string& path, unsigned mode);
/// Locks one that nobody writes; nothing if somebody does.
Fd lock_idle_partial_file(const std::string& path);

/// The files of that sort that nobody writes. Under the exclusive GcLock nobody
/// begins to.
std::vector<std::string> find_idle_partial_blobs(const StoreLayout& layout);

}  // namespace lade

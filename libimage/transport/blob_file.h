#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "libimage/image/interfaces.h"
#include "libimage/store/partial_blob.h"
#include "libimage/transport/temp_file.h"

namespace lade {

/// Moves the file of a verified blob to where it belongs.
using KeepBlob = std::function<void(TempFile& file, const Descriptor& blob)>;

/// Writes a blob to a temporary file whose path begins with `prefix`; `commit` verifies it and
/// hands it to `keep`.
std::unique_ptr<BlobWriter> make_blob_writer(const std::string& prefix, HashAlgorithm algorithm,
                                             KeepBlob keep);

/// Carries on with a beginning; `commit` does as above, and what is not committed stays as one.
std::unique_ptr<BlobWriter> make_blob_writer(PartialBlob beginning, KeepBlob keep);

/// A regular file (symlinks to one are followed, as layouts made of links need it), opened without
/// waiting for anybody: nothing if absent, `corrupt` if it is something else.
std::optional<Fd> find_regular_file(const std::string& path);

/// The blob in a file; `not_found` names the blob and `where`.
std::unique_ptr<Source> open_blob_file(const std::string& path, const Descriptor& descriptor,
                                       const std::string& where);

/// Throws `not_found` for a blob that `where` does not hold.
[[noreturn]] void fail_missing_blob(const Descriptor& descriptor, const std::string& where);

/// A manifest read from a blob: bounded, size and digest verified; a missing media type is guessed
/// from the text.
RawManifest read_manifest_blob(Source& source, const Descriptor& descriptor,
                               const std::string& where);

}  // namespace lade

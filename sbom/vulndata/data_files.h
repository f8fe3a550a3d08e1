#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace lade::sbom {

/// Where the documents of a file go, with a name for messages ("all.zip: GHSA-….json").
using DocumentVisitor = std::function<void(std::string_view text, const std::string& what)>;

/// Every document that `path` has, in the order of names: a file, plain or compressed (gzip, zstd,
/// xz, bzip2), the files of a tar or zip archive, those of a directory and what is below it. In
/// archives and directories only names ending in .json or .csv count, there compressed too, and in
/// directories .zip and tar archives; symbolic links to directories are not followed. Bounded:
/// throws `invalid` for a document beyond 1 GiB, an archive that unpacks to more than 100 times its
/// size, `corrupt` for damaged ones.
void for_each_document(const std::string& path, const DocumentVisitor& visit);

}  // namespace lade::sbom

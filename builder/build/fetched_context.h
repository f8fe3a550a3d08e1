#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "builder/build/build.h"
#include "builder/build/checkout.h"
#include "libimage/base/temp_dir.h"
#include "libimage/stream/source.h"

namespace lade::builder {

/// A build context that came from elsewhere, unpacked.
struct FetchedContext {
  std::optional<TempDir> directory{};  ///< its files; none if it was a text
  std::string text{};                  ///< else: the Containerfile
  std::optional<Checkout> checkout{};  ///< of a git repository
};

/// Does a context name something that must be fetched: a git repository or a URL over http?
bool is_remote_context(std::string_view place);

/// Fetches a git repository (`#ref:subdir` or a query behind it), an archive or a Containerfile.
/// Throws what fetching throws, `invalid` for a text that is too long for a Containerfile.
FetchedContext fetch_context(const std::string& place, const BuildWorld& world);

/// As above, of what `source` gives: an archive, packed or not, or a Containerfile. `name` is for
/// messages.
FetchedContext read_context(Source& source, const std::string& name, const BuildWorld& world);

/// A fetched context under a name (--build-context): as above, but a document that is no archive is
/// a directory with that one file.
TempDir fetch_named_context(const std::string& place, const BuildWorld& world);

}  // namespace lade::builder

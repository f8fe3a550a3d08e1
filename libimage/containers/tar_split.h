#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/stream/source.h"

namespace lade {

/// What stands next in a tar: bytes that are kept (headers, padding), or the contents of a file.
struct TarSplitEntry {
  bool is_file = false;
  std::string bytes{};           ///< of what is no file
  std::string path{};            ///< as the tar names it; hostile
  std::uint64_t size_bytes = 0;  ///< of the file
};

/// Reads tar-split data, by which podman and buildah keep the tar a layer came as: a line of JSON
/// for each run of bytes and each member (github.com/vbatts/tar-split, tar/storage).
class TarSplitReader {
 public:
  /// `inner` is the data unpacked and outlives the reader; `what` names it in errors.
  TarSplitReader(Source& inner, std::string what);

  /// Nothing at the end. `invalid` for a line that is no JSON, `corrupt` for one that makes no
  /// sense or is longer than any honest one.
  std::optional<TarSplitEntry> next();

 private:
  std::optional<std::string> next_line();

  Source& inner_;
  std::string what_;
  std::vector<std::byte> buffer_;
  std::string_view rest_;  ///< of what is in the buffer
  std::int64_t position_ = 0;
};

/// The size of the tar that the data describes, in bytes. `corrupt` if no number holds it.
std::uint64_t tar_split_size(Source& inner, const std::string& what);

}  // namespace lade

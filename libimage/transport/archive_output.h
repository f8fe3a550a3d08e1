#pragma once

#include <memory>
#include <optional>
#include <string>

#include "libimage/archive/tar_writer.h"
#include "libimage/stream/cancellable.h"
#include "libimage/transport/temp_file.h"
#include "libimage/transport/transport.h"

namespace lade {

/// The tar archive an image is written to: a file, replaced whole by `finish`; or a stream ("-" and
/// what exists and is no regular file). Members are mode 0644 (directories 0755) of root at the
/// epoch, so equal images are equal bytes.
class ArchiveOutput {
 public:
  ArchiveOutput(const std::string& path, const TransportContext& context);
  /// Into a sink, which outlives this and is finished by its owner.
  explicit ArchiveOutput(Sink& sink) : writer_(sink) {}

  void add_directory(const std::string& path);
  void add_text(const std::string& path, std::string_view text);
  void add_symlink(const std::string& path, const std::string& target);
  /// The file at `from`, which has `size_bytes`.
  void add_file(const std::string& path, const std::string& from, std::uint64_t size_bytes);
  void finish();

 private:
  std::string path_;
  std::optional<TempFile> temporary_;
  Fd stream_;
  std::unique_ptr<Sink> sink_;  ///< nothing if it is somebody else's
  TarWriter writer_;
};

/// `conflict` if `path` is a file with contents.
void require_no_archive(const std::string& path);

}  // namespace lade

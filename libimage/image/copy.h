#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/progress.h"
#include "libimage/image/interfaces.h"
#include "libimage/image/mutate.h"
#include "libimage/image/platform_choice.h"
#include "libimage/stream/codec.h"

namespace lade {

/// Which of the manifests that refer to an image go with it.
enum class ReferrerChoice { all, no_signatures, none };

struct CopyOptions {
  PlatformChoice platforms{};
  /// Refuse to change a byte of any manifest: `conflict` says what would have to change.
  bool preserve_digests = false;
  std::optional<ImageFormat> format{};
  /// Recompress layers to this; nothing: keep them as they are.
  std::optional<Compression> compression{};
  /// Compress with this what is not compressed, where nothing else is said; nothing: it stays.
  std::optional<Compression> pack_unpacked{};
  std::optional<int> compression_level{};
  unsigned jobs = 4;
  ReferrerChoice referrers = ReferrerChoice::all;
  /// Read and plan, but write nothing: the report says what would be copied.
  bool dry_run = false;
  ExpansionLimit expansion{};
  /// Asked before anything else about each image that is to be copied; may be null.
  Admission* admission = nullptr;
  /// Makes a signature that goes as a file beside each manifest, as it is written; empty: none.
  /// Only where the destination has room for such, else `unsupported` before anything is written.
  std::function<std::string(const ImageDestination& destination, const RawManifest& manifest)>
      sign_file{};
  /// All manifests and configs that are looked at, together; more is `invalid`.
  std::size_t manifests_limit_bytes = 64U << 20U;
  /// Remembers what is known of recompressions, so that the work is done once; may be null.
  class LayerMemory* memory = nullptr;
};

/// Knows which blobs hold the same layer in different compressions. Calls may come from several
/// threads.
class LayerMemory {
 public:
  virtual ~LayerMemory() = default;
  virtual std::optional<Digest> find_diff_id(const Digest& blob) = 0;
  virtual std::vector<Descriptor> find_blobs(const Digest& diff_id) = 0;
  virtual void remember(const Descriptor& blob, const Digest& diff_id) = 0;
};

/// A manifest that refers to one of the image, and what became of it.
struct CopiedReferrer {
  Referrer referrer;
  Digest subject;
  std::string left_out{};  ///< why it did not come along; empty if it did
};

struct CopyReport {
  RawManifest manifest;  ///< as written; its bytes are not known if `unchanged`
  /// What the name stands for now; of a copy on trial that would convert: what it is made of.
  Descriptor target;
  /// Everything was there already: nothing was read or written but digests.
  bool unchanged = false;
  std::uint64_t blobs_copied = 0;
  std::uint64_t blobs_present = 0;
  std::uint64_t bytes_copied = 0;
  std::uint64_t signatures_copied = 0;      ///< files beside manifests
  std::uint64_t signatures_made = 0;        ///< by `sign_file`
  std::vector<CopiedReferrer> referrers{};  ///< none listed if unchanged
  /// What was taken of an index that was not taken whole: "linux/amd64 of the index sha256:…".
  std::string part{};
  std::vector<std::string> notes{};  ///< what was converted, dropped or left out, a line each
};

/// Copies an image or index. Blobs go in parallel, each byte once: read, verified, (recompressed,)
/// written; blobs the destination has are not read. Manifests follow bottom-up, then what refers to
/// them, the name last. Nothing is done if the destination has it all.
/// A destination that cannot take what it is given gets it converted (docker archives: layers
/// uncompressed, one platform), said in the notes.
CopyReport copy_image(ImageSource& source, ImageDestination& destination,
                      const CopyOptions& options, Progress& progress);

}  // namespace lade

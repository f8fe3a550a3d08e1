#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "libimage/archive/entry.h"
#include "libimage/layer/toc.h"
#include "libimage/oci/digest.h"
#include "libimage/stream/source.h"

namespace lade {

/// Collects the members of a layer in archive order and makes its toc.
class TocBuilder {
 public:
  TocBuilder();
  TocBuilder(TocBuilder&&) noexcept;
  ~TocBuilder();

  /// Applies the rules of layers to one member: path normalised, whiteouts understood, later over
  /// earlier (a file over a directory drops what was below it), hard link targets that leave the
  /// layer's root refused. Throws `invalid`.
  void add(const Entry& entry, const std::optional<Digest>& content,
           std::optional<std::uint64_t> data_offset);
  /// The path that `add` would give the member now: normalised, and through the links that the
  /// layer has made. Throws `invalid` for links in circles.
  std::string place(const Entry& entry) const;
  std::shared_ptr<const Toc> finish(const Digest& diff_id, std::uint64_t tar_bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Looks at the members of a layer while they pass by.
class LayerVisitor {
 public:
  virtual ~LayerVisitor() = default;
  /// The next member, its path as the toc has it (TocBuilder::place). Of a file the contents
  /// follow, if this answers true.
  virtual bool begin(const Entry& entry) = 0;
  /// Likewise, for who wants to know where the contents stand in the tar; TocEntry::data_offset.
  virtual bool begin_at(const Entry& entry, std::optional<std::uint64_t> /*data_offset*/) {
    return begin(entry);
  }
  /// More of the contents; false if no more of them are wanted.
  virtual bool write(std::span<const std::byte> bytes) = 0;
  /// The contents are over, all of them or as many as were wanted.
  virtual void end() = 0;
};

/// Shows every member of an uncompressed layer to a visitor. The source is read to its end, so that
/// digests of it cover every byte. A member against the rules is `corrupt`.
void visit_layer(Source& tar, const std::string& what, LayerVisitor& visitor);

/// Reads a whole uncompressed layer and indexes it; the toc knows the diff id. A member against the
/// rules is `corrupt`. `visitor`, if given, sees what passes by.
std::shared_ptr<const Toc> index_layer(Source& tar, const std::string& what,
                                       LayerVisitor* visitor = nullptr);

}  // namespace lade

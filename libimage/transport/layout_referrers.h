#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "libimage/image/referrer.h"
#include "libimage/transport/layout_index.h"

namespace lade {

/// What the images of a layout have attached, found in its index.json: under the fallback tag of
/// their digest a list of referrers (as regctl and oras understand it, too), under cosign's tags
/// what those name, and entries that name a subject themselves. Calls may come from several
/// threads.
class LayoutReferrers {
 public:
  /// Reads a manifest of the layout, verified.
  using Read = std::function<RawManifest(const Descriptor&)>;

  LayoutReferrers(LayoutIndex index, Read read)
      : index_(std::move(index)), read_(std::move(read)) {}

  std::vector<Referrer> find(const Digest& subject);

 private:
  void scan();

  LayoutIndex index_;
  Read read_;
  std::once_flag scanned_;
  std::multimap<Digest, Descriptor> entries_;  ///< that stand in index.json themselves, by subject
};

/// A manifest to attach, and cosign's tag for it if it has one.
using Attachment = std::pair<RawManifest, std::string>;

/// Enters what was attached into an index.json. Returns the lists of referrers that belong into
/// the layout with it.
std::vector<RawManifest> add_referrers(LayoutIndex& index,
                                       const std::vector<Attachment>& attachments,
                                       const LayoutReferrers::Read& read);

}  // namespace lade

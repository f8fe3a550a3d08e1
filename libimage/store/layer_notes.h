#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/digest.h"

namespace lade {

/// What somebody found out by reading a layer and would rather not find out again, kept in a store
/// beside the layers, whether or not it has this one. Nothing in it is precious: a note may be gone
/// the next time, and whoever reads one checks it. One that was not looked at for a month is
/// collected. Used from several threads and processes.
class LayerNotes {
 public:
  /// `root` is the store's.
  explicit LayerNotes(const std::string& root) : directory_(root + "/notes") {}

  /// `kind` names the form, its version included: lower-case letters, digits and "-". A note that
  /// cannot be read is as good as none.
  std::optional<std::string> find(const Digest& diff_id, std::string_view kind) const;
  /// Where nothing can be written nothing is kept, which is no error; nor is what is over 1 GiB.
  void put(const Digest& diff_id, std::string_view kind, std::string_view bytes) const;
  /// Files that nobody looked at for a month.
  std::vector<std::string> find_idle() const;

 private:
  std::string path(const Digest& diff_id, std::string_view kind) const;

  std::string directory_;
};

}  // namespace lade

#pragma once

#include <string>

#include "libimage/oci/digest.h"

namespace lade {

/// Where things stand below a store's root.
struct StoreLayout {
  std::string root;  ///< absolute

  std::string blobs() const { return root + "/blobs"; }
  std::string blobs(HashAlgorithm algorithm) const;
  std::string blob(const Digest& digest) const;
  std::string tocs() const { return root + "/tocs"; }
  std::string toc(const Digest& diff_id) const { return tocs() + "/" + diff_id.hex(); }
  std::string snapshots() const { return root + "/snapshots"; }
  std::string containers() const { return root + "/containers"; }
  std::string caches() const { return root + "/caches"; }
  std::string tmp() const { return root + "/tmp"; }
  /// Beginnings of blobs that were interrupted.
  std::string partials() const { return tmp() + "/partials"; }
  std::string lock(std::string_view name) const { return root + "/locks/" + std::string(name); }
  std::string database() const { return root + "/lade.db"; }
};

/// Finds the store at `root`, or makes one there unless `read_only`. `not_found` if there is none
/// to read, `unsupported` if its format is another one, `invalid` if the directory holds something
/// else.
StoreLayout open_layout(const std::string& root, bool read_only);

}  // namespace lade

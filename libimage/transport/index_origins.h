#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "libimage/transport/transport.h"

namespace lade {

/// Where the images are that indexes in a store list without having them: a file of the store
/// (docs/formats.md, "origins.json"). An index has no place for that among its bytes.
class IndexOrigins {
 public:
  /// None if there is no such file; `invalid` if it is broken, `unsupported` if it is of a version
  /// that this program does not know.
  static IndexOrigins read(const std::string& store_root);
  void write(const std::string& store_root) const;

  /// The name that `open_source` takes, "docker://host/repository@digest".
  std::optional<std::string> find(const Digest& image) const;
  void put(const Digest& image, const std::string& name) { names_.insert_or_assign(image, name); }
  /// Forgets all others.
  void keep_only(const std::set<Digest>& images);
  bool empty() const { return names_.empty(); }

 private:
  std::map<Digest, std::string> names_;
};

/// `inner`, whose index may list what the store does not have: such images are read from where they
/// were when they were added.
std::unique_ptr<ImageSource> with_origins(std::unique_ptr<ImageSource> inner, IndexOrigins origins,
                                          const TransportContext& context);

}  // namespace lade

#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/archive/entry.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/toc.h"
#include "libimage/layer/toc_builder.h"
#include "sbom/catalog/catalog_layer.h"
#include "sbom/catalog/file_spool.h"

namespace lade::sbom {

/// Shows the files that pass by to the catalogers that want them.
class LayerCatalog final : public LayerVisitor {
 public:
  LayerCatalog(const Dispatch& dispatch, const CatalogOptions& options);

  bool begin(const Entry& entry) override;
  bool write(std::span<const std::byte> bytes) override;
  void end() override;

  /// Does somebody want a file of this path, whatever is in it?
  bool is_wanted(std::string_view path, std::uint64_t size_bytes) const;
  /// What nobody can read.
  void add_problem(const std::string& path, std::string message);
  /// Was there a wanted name of a file that stood under another one?
  bool needs_links() const { return needs_links_; }
  LayerFinds take();

 private:
  /// Who wants what is in a file, under which of its names.
  struct Reader {
    const Cataloger* cataloger;
    std::string path;
  };

  void note_links();
  bool is_link_later(std::string_view path) const;
  void add_readers(const std::string& path);
  bool begin_contents(std::span<const std::byte> head);
  void read(const Reader& reader, std::span<const std::byte> content);
  void add_find(Find find, const Reader& reader);

  const Dispatch& dispatch_;
  FileSpool spool_;
  std::map<std::string, std::vector<Find>, PathLess> finds_;
  /// Wanted names by the name that has the contents.
  std::map<std::string, std::vector<std::string>, std::less<>> links_;
  const Toc* toc_;
  bool needs_links_ = false;

  // the file that passes by
  Entry entry_;
  std::string path_;
  std::vector<Reader> readers_;
  bool begun_ = false;  ///< somebody wants it, and it is in the spool
};

}  // namespace lade::sbom

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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

  bool begin(const Entry& entry) override { return begin_at(entry, std::nullopt); }
  bool begin_at(const Entry& entry, std::optional<std::uint64_t> data_offset) override;
  bool write(std::span<const std::byte> bytes) override;
  void end() override;

  /// Does somebody want a file of this path, whatever is in it?
  bool is_wanted(std::string_view path, std::uint64_t size_bytes) const;
  /// What nobody can read.
  void add_problem(const std::string& path, std::string message);
  /// Was there a wanted name of a file that stood under another one, or was under one only?
  bool needs_links() const { return needs_links_; }
  LayerFinds take();

 private:
  /// Who wants what is in a file, under which of its names.
  struct Reader {
    const Cataloger* cataloger;
    std::string path;
  };

  void note_names();
  bool needs_toc_for(const Entry& link) const;
  bool set_names(const Entry& entry, std::optional<std::uint64_t> data_offset);
  void add_readers(const std::string& path);
  bool begin_contents(std::span<const std::byte> head);
  void read(const Reader& reader, std::span<const std::byte> content);
  void add_find(Find find, const Reader& reader);

  const Dispatch& dispatch_;
  FileSpool spool_;
  std::map<std::string, std::vector<Find>, PathLess> finds_;
  /// Of a toc: where contents stand in the tar, and the index of a name that they have in the end.
  std::vector<std::pair<std::uint64_t, std::size_t>> names_at_;
  const Toc* toc_;
  bool has_links_ = false;
  bool needs_links_ = false;

  // the file that passes by
  Entry entry_;
  std::vector<std::string> names_;  ///< that it has in the end, as far as known
  std::vector<Reader> readers_;
  bool begun_ = false;  ///< somebody wants it, and it is in the spool
};

}  // namespace lade::sbom

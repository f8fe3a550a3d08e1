#pragma once

#include <vector>

#include "builder/exec/source_tree.h"
#include "builder/plan/op.h"
#include "libimage/base/time.h"

namespace lade::builder {

/// Files whose contents stand in the Containerfile, all in one directory.
class InlineTree final : public SourceTree {
 public:
  InlineTree(std::vector<InlineFile> files, Timestamp now) : files_(std::move(files)), now_(now) {}

  std::string name() const override { return "the Containerfile"; }
  std::optional<Entry> find(std::string_view path) override;
  std::vector<Entry> list(std::string_view directory) override;
  std::vector<Digest> hash(std::span<const Entry> files) override;
  std::unique_ptr<Source> open(const Entry& file) override;

 private:
  const InlineFile& file(std::string_view path) const;
  Entry describe(const InlineFile& file) const;

  std::vector<InlineFile> files_;
  Timestamp now_;
};

}  // namespace lade::builder

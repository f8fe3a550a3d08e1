#pragma once

#include <memory>
#include <string>

#include "builder/exec/source_tree.h"
#include "builder/exec/workshop.h"
#include "builder/plan/op.h"
#include "libimage/base/fd.h"
#include "libimage/base/temp_dir.h"

namespace lade::builder {

/// A downloaded file (ADD of a URL): mode 0600, the server's time. Spooled, and checked against its
/// --checksum before anything is done with it.
class FetchTree final : public SourceTree {
 public:
  /// `destination` names the file where the URL does not.
  FetchTree(Workshop& workshop, const RemoteFile& remote, const std::string& destination);

  const std::string& file_name() const { return file_.path; }
  std::string name() const override { return url_; }
  std::optional<Entry> find(std::string_view path) override;
  std::vector<Entry> list(std::string_view directory) override;
  std::vector<Digest> hash(std::span<const Entry> files) override;
  std::unique_ptr<lade::Source> open(const Entry& file) override;

 private:
  std::string url_;
  TempDir directory_;
  Fd spool_;
  Entry file_;
  std::optional<Digest> content_;
};

}  // namespace lade::builder

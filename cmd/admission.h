#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cmd/session.h"
#include "libimage/base/guarded.h"
#include "libimage/image/interfaces.h"

namespace lade::cmd {

/// One book of rules about images. May be asked from several threads.
class ImageJudge {
 public:
  virtual ~ImageJudge() = default;
  /// Throws `denied` with the rule that decided, or why it cannot be judged. `manifest` is what is
  /// to be used: of an index, the instance.
  virtual void judge(const ImageName& name, ImageSource& source, const RawManifest& manifest) = 0;
};

/// Several books: an image is admitted if none of them objects. What was admitted once is not
/// judged again, nor by two threads at once.
class ImageJudges final : public Admission {
 public:
  explicit ImageJudges(std::vector<std::unique_ptr<ImageJudge>> judges)
      : judges_(std::move(judges)) {}

  /// Whether there is nobody to ask.
  bool is_empty() const { return judges_.empty(); }
  void admit(ImageSource& source, const RawManifest& manifest) override;

 private:
  std::vector<std::unique_ptr<ImageJudge>> judges_;
  /// By name and manifest, whether it was admitted.
  Guarded<std::map<std::pair<std::string, Digest>, std::shared_ptr<Guarded<bool>>>> asked_;
};

/// All books that count for this user and what the flags say.
std::shared_ptr<ImageJudges> make_judges(Session& session);

/// --signature-policy FILE, as podman and buildah have it: the same as --policy before the command.
void add_signature_policy(CLI::App& app, Session& session);

}  // namespace lade::cmd

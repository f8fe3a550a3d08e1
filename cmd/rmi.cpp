#include "cmd/command.h"
#include "cmd/output/man.h"
#include "cmd/snapshot_owner.h"
#include "cmd/stored_image.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/store/gc.h"

namespace lade::cmd {
namespace {

struct RmiFlags {
  std::vector<std::string> images;
  bool force = false;
  bool all = false;
};

class Removal {
 public:
  Removal(Session& session, const RmiFlags& flags)
      : session_(session), flags_(flags), store_(*session.store()) {}

  void run() {
    if (flags_.all) remove_all();
    for (const std::string& word : flags_.images) {
      try {
        remove(word);
      } catch (const Error& error) {
        if (flags_.force && error.kind() == ErrorKind::not_found) continue;
        collect();
        throw;
      }
    }
    collect();
  }

 private:
  void remove_all() {
    for (const NamedImage& named : store_.list_names()) untag(named.name, named.target);
    for (const Descriptor& target : store_.list_unnamed()) drop(target);
  }

  void remove(const std::string& word) {
    const NamedImage image = store_.resolve(word);
    const std::vector<Reference> names = names_of(store_, image.target.digest);
    if (names.empty()) return drop(image.target);
    if (is_name_of(word, image.name)) return untag(image.name, image.target);
    if (names.size() > 1 && !flags_.force) {
      std::vector<std::string> shown;
      for (const Reference& name : names) shown.push_back(name.familiar());
      fail(ErrorKind::conflict, "cannot remove {}: it has {} names ({}); --force removes them all",
           printable(word), names.size(), join(shown, ", "));
    }
    for (const Reference& name : names) untag(name, image.target);
  }

  void untag(const Reference& name, const Descriptor& target) {
    // the id must be read before the manifest may go
    const Digest id = store_.find_image_id(target.digest).value_or(target.digest);
    store_.remove_name(name);
    session_.print(fmt::format("Untagged: {}\n", name.familiar()));
    if (names_of(store_, target.digest).empty()) {
      store_.drop_unnamed(target.digest);
      session_.print(fmt::format("Deleted: {}\n", id.str()));
    }
  }

  void drop(const Descriptor& target) {
    const Digest id = store_.find_image_id(target.digest).value_or(target.digest);
    store_.drop_unnamed(target.digest);
    session_.print(fmt::format("Deleted: {}\n", id.str()));
  }

  /// The blobs that nothing needs any more, and nothing else.
  void collect() {
    const GcReport report = collect_garbage(store_, {.unnamed = false});
    for (const std::string& left : report.left) session_.warn(left);
  }

  Session& session_;
  const RmiFlags& flags_;
  Store& store_;
};

}  // namespace

void declare_rmi(CLI::App& app, Session& session) {
  explain(app,
          "Removes images from the store. An image that has other names loses only the one given. "
          "What the build cache or another image needs stays on the disk.",
          "  lade rmi app:old\n"
          "  lade rmi -f 3f2a9c41d5aa\n"
          "  lade rmi --all");
  const auto flags = std::make_shared<RmiFlags>();
  app.add_option("IMAGE", flags->images, "Names or ids in the store");
  app.add_flag("-f,--force", flags->force,
               "By id: all names of the image; an image that is not there is no error");
  app.add_flag("-a,--all", flags->all, "All images");
  app.callback([&session, flags] {
    if (flags->images.empty() != flags->all) {
      fail(ErrorKind::invalid, "rmi wants images to remove, or --all");
    }
    become_owner_of_snapshots(session);
    Removal(session, *flags).run();
  });
}

}  // namespace lade::cmd

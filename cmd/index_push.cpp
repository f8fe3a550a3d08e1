#include "cmd/copy_options.h"
#include "cmd/copy_report.h"
#include "cmd/index_command.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/image/copy.h"
#include "libimage/store/gc.h"
#include "libimage/transport/index_origins.h"

namespace lade::cmd {
namespace {

struct IndexPushFlags {
  std::string name;
  std::string destination;
  bool all = true;
  bool purge = false;
  bool quiet = false;
  std::string format;
  std::string digest_file;
};

ImageName destination_of(const IndexPushFlags& flags, const Reference& name) {
  if (!flags.destination.empty()) return parse_image_name(flags.destination);
  if (name.domain() != "localhost") return {"docker", "//" + name.str()};
  fail(ErrorKind::invalid, "{} is of no registry: where is it to go?", name.str());
}

/// The index, by the name that an image of it has elsewhere.
class AtOrigin final : public ImageSource {
 public:
  AtOrigin(ImageSource& index, std::string name) : index_(index), name_(std::move(name)) {}

  std::string name() const override { return name_; }
  RawManifest manifest() override { return index_.manifest(); }
  RawManifest manifest(const Descriptor& one) override { return index_.manifest(one); }
  std::unique_ptr<Source> open_blob(const Descriptor& one) override {
    return index_.open_blob(one);
  }
  std::vector<Referrer> referrers(const Digest& subject) override {
    return index_.referrers(subject);
  }
  std::vector<std::string> signatures(const Digest& manifest) override {
    return index_.signatures(manifest);
  }

 private:
  ImageSource& index_;
  std::string name_;
};

/// An image that stays on a registry goes by its name there, not by that of the index.
class OriginAdmission final : public Admission {
 public:
  OriginAdmission(Admission& judges, IndexOrigins origins)
      : judges_(judges), origins_(std::move(origins)) {}

  void admit(ImageSource& source, const RawManifest& manifest) override {
    const auto origin = origins_.find(manifest.digest);
    if (!origin) return judges_.admit(source, manifest);
    AtOrigin there(source, *origin);
    judges_.admit(there, manifest);
  }

 private:
  Admission& judges_;
  IndexOrigins origins_;
};

void push(Session& session, const IndexPushFlags& flags) {
  const Reference name = index_name(flags.name);
  const ImageName to = destination_of(flags, name);
  session.set_quiet(flags.quiet);
  session.heed_signals();
  const TransportContext context = session.transports();
  const auto store = session.store();
  read_stored_index(*store, name);
  const auto source = open_source({"store", name.str()}, context);
  const auto destination = open_destination(to, context);
  CopyOptions options;
  using Kind = PlatformChoice::Kind;
  options.platforms.kind = flags.all ? Kind::all : Kind::index_only;
  if (!flags.format.empty()) options.format = parse_image_format(flags.format);
  options.memory = store.get();
  std::optional<OriginAdmission> admission;
  if (Admission* judges = session.admission()) {
    admission.emplace(*judges, IndexOrigins::read(store->root()));
    options.admission = &*admission;
  }
  const CopyReport report = copy_image(*source, *destination, options, session.progress());
  if (!flags.quiet) {
    tell_notes(session, report);
    session.print(report.target.digest.str() + "\n");
  }
  if (!flags.digest_file.empty()) {
    write_file_atomic(flags.digest_file, report.target.digest.str());
  }
  if (!flags.purge) return;
  store->remove_name(name);
  collect_garbage(*store, {.unnamed = false});
}

}  // namespace

void declare_index_push(CLI::App& app, Session& session) {
  const auto flags = std::make_shared<IndexPushFlags>();
  app.add_option("NAME", flags->name, "The index, in the store")->required();
  app.add_option("DESTINATION", flags->destination,
                 "Where to, any transport that holds indexes (default: docker://NAME)");
  app.add_flag("--all,!--no-all", flags->all, "With its images (the default)");
  app.add_flag("--purge,--rm", flags->purge, "Remove the index from the store afterwards");
  app.add_option("-f,--format", flags->format, "As an index of this kind: oci, docker (or v2s2)")
      ->type_name("KIND");
  app.add_option("--digestfile", flags->digest_file, "Write the digest of what was pushed to FILE")
      ->type_name("FILE");
  app.add_flag("-q,--quiet", flags->quiet, "Print nothing but errors");
  session.network().add_to(app);
  app.callback([&session, flags] { push(session, *flags); });
}

}  // namespace lade::cmd

#include "cmd/index_command.h"
#include "cmd/platform_flags.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

struct AddFlags {
  std::string name;
  std::vector<std::string> images;
  bool all = false;
  bool artifact = false;
  std::string artifact_type;
  std::string layer_type;
  InstanceFlags instance;
  PlatformFlags platform;
};

void add(Session& session, const AddFlags& flags) {
  const Reference name = index_name(flags.name);
  const InstanceWords words = flags.instance.words();
  if (!flags.artifact && (!flags.artifact_type.empty() || !flags.layer_type.empty())) {
    fail(ErrorKind::invalid, "--artifact-type and --artifact-layer-type go with --artifact");
  }
  session.heed_signals();
  TransportContext context = session.transports();
  context.platform = flags.platform.wanted();
  std::vector<Descriptor> added;
  if (flags.artifact) {
    FileArtifact artifact{.artifact_type = flags.artifact_type, .files = flags.images};
    if (!flags.layer_type.empty()) artifact.layer_type = flags.layer_type;
    if (artifact.artifact_type.empty())
      artifact.artifact_type = "application/vnd.unknown.artifact.v1";
    added = {add_artifact_to_index(*session.store(), name, artifact, words)};
  } else {
    for (const std::string& image : flags.images) {
      const auto entries = add_to_index(
          context, name, parse_image_name(image),
          {.all = flags.all, .words = words, .admission = session.admission()}, session.progress());
      added.insert(added.end(), entries.begin(), entries.end());
    }
  }
  for (const Descriptor& entry : added) session.print(entry.digest.str() + "\n");
}

struct AnnotateFlags {
  std::string name;
  std::string entry;
  bool index = false;
  InstanceFlags instance;
};

void annotate(Session& session, const AnnotateFlags& flags) {
  const InstanceWords words = flags.instance.words();
  if (flags.index != flags.entry.empty()) {
    fail(ErrorKind::invalid, "annotate wants an entry of the index, or --index for itself");
  }
  if (!words.says_anything()) fail(ErrorKind::invalid, "there is nothing to change");
  InstanceWords rest = words;
  rest.annotations.clear();
  if (flags.index && rest.says_anything()) {
    fail(ErrorKind::invalid, "an index itself has annotations and no platform");
  }
  const RawManifest changed =
      edit_index(*session.store(), index_name(flags.name), [&](Index& index) {
        if (!flags.index) return describe_instance(find_entry(index, flags.entry), words);
        for (const auto& [key, value] : words.annotations) index.annotations[key] = value;
      });
  session.print(changed.digest.str() + "\n");
}

}  // namespace

Reference index_name(const std::string& text) {
  const ImageName name = parse_image_name(text);
  if (name.transport != "store") {
    fail(ErrorKind::invalid, "{}: an index is put together in the store, and pushed from there",
         text);
  }
  const Reference reference = Reference::parse_local(name.details);
  if (reference.digest()) {
    fail(ErrorKind::invalid, "{}: an index that changes is named by a tag, not a digest", text);
  }
  return reference.or_latest();
}

Annotations parse_annotation_flags(const std::vector<std::string>& texts) {
  Annotations annotations;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      fail(ErrorKind::invalid, "--annotation is KEY=VALUE, got \"{}\"", printable(text));
    }
    annotations[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return annotations;
}

void InstanceFlags::add_to(CLI::App& app) {
  app.add_option("--os", os, "The operating system it is for")->type_name("OS");
  app.add_option("--arch", architecture, "The architecture")->type_name("ARCH");
  app.add_option("--variant", variant, "The architecture's variant")->type_name("VARIANT");
  app.add_option("--os-version", os_version, "The version of the system")->type_name("VERSION");
  app.add_option("--os-features", os_features, "Features of the system that it needs")
      ->type_name("FEATURE,…")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--features", features, "Features of the processor that it needs")
      ->type_name("FEATURE,…")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--annotation", annotations, "An annotation; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

InstanceWords InstanceFlags::words() const {
  return {os,
          architecture,
          variant,
          os_version,
          os_features,
          features,
          parse_annotation_flags(annotations)};
}

void declare_index_add(CLI::App& app, Session& session) {
  const auto flags = std::make_shared<AddFlags>();
  app.add_option("NAME", flags->name, "The index, in the store")->required();
  app.add_option("IMAGE", flags->images, "Images of any transport; files with --artifact")
      ->required();
  app.add_flag("--all", flags->all, "Of an index all its images");
  app.add_flag("--artifact", flags->artifact, "Make an artifact of files and add that");
  app.add_option("--artifact-type", flags->artifact_type, "What the artifact is")
      ->type_name("TYPE");
  app.add_option("--artifact-layer-type", flags->layer_type, "What its files are")
      ->type_name("TYPE");
  flags->instance.add_to(app);
  flags->platform.add_overrides_to(app);
  session.network().add_to(app);
  app.callback([&session, flags] { add(session, *flags); });
}

void declare_index_annotate(CLI::App& app, Session& session) {
  const auto flags = std::make_shared<AnnotateFlags>();
  app.add_option("NAME", flags->name, "The index, in the store")->required();
  app.add_option("ENTRY", flags->entry, "A digest, or a platform that one image alone is for");
  app.add_flag("--index", flags->index, "Annotate the index itself");
  flags->instance.add_to(app);
  app.callback([&session, flags] { annotate(session, *flags); });
}

}  // namespace lade::cmd

#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/inspection.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/platform_flags.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"
#include "registry/client/docker_transport.h"
#include "registry/client/tags.h"

namespace lade::cmd {
namespace {

struct InspectFlags {
  std::string image;
  bool config = false;
  bool raw = false;
  std::string format;
  std::string type = "image";
  bool tags = false;
  bool no_tags = false;
  PlatformFlags platform;
};

/// What is not an image (an artifact) has no configuration to tell of.
bool is_image(const Manifest& manifest) {
  return media_type::is_config(manifest.config.media_type);
}

void print_raw(Session& session, ImageSource& source, const InspectFlags& flags) {
  if (flags.config) {
    session.print(read_image(source, flags.platform.wanted()).config_bytes);
    return;
  }
  const RawManifest top = read_manifest(source);
  const bool picked = flags.platform.are_given();
  session.print(picked && media_type::is_index(top.media_type)
                    ? choose_instance(source, top, flags.platform.wanted()).manifest.bytes
                    : top.bytes);
}

Json artifact_record(const RawManifest& manifest, const std::string& name) {
  Json record = Json::object();
  record["Name"] = name;
  record["Digest"] = manifest.digest.str();
  record["MediaType"] = manifest.media_type;
  record["Manifest"] = parse_json(manifest.bytes, name);
  return record;
}

/// A list of tags is one request more, and many on a large repository.
bool wants_repository_tags(const InspectFlags& flags, const ImageName& name) {
  if (name.transport != "docker" || flags.no_tags) return false;
  return flags.tags || flags.format.find(".RepoTags") != std::string::npos;
}

std::vector<std::string> repository_tags(Session& session, const ImageName& name) {
  const auto transport = make_docker_transport(session, session.network());
  return registry::list_tags(transport->repository(registry::DockerTransport::parse(name.details)));
}

void run(Session& session, const InspectFlags& flags) {
  const auto source = session.open_image(flags.image);
  if (flags.raw) return print_raw(session, *source, flags);
  const bool whole = flags.config || flags.type != "image";
  if (!whole && trim(flags.format) == "{{.Digest}}") {
    // what most ask for, and registries answer without a body
    const Json record = {{"Digest", source->find_top().digest.str()}};
    return session.print(format_record(record, flags.format));
  }
  const ImageName name = parse_image_name(flags.image);
  const RawManifest top = read_manifest(*source);
  const auto print = [&](const Json& shown, const Json& full) {
    session.print(flags.format.empty() ? to_pretty(shown) + "\n"
                                       : format_record(full, flags.format));
  };
  if (flags.type == "index") {
    if (!media_type::is_index(top.media_type)) {
      fail(ErrorKind::invalid, "{} is no index but {}", flags.image, printable(top.media_type));
    }
    const Json record = index_record(top, source->name());
    return print(record, record);
  }
  if (media_type::is_manifest(top.media_type)) {
    const Manifest manifest = parse_manifest(top.bytes, top.media_type, source->name());
    if (!is_image(manifest)) {
      const Json record = artifact_record(top, source->name());
      return print(record, record);
    }
  }
  const Image image = read_image(*source, flags.platform.wanted());
  if (flags.config) {
    const Json config = parse_json(image.config_bytes, "configuration");
    return print(config, config);
  }
  Json shown = skopeo_record(session, name, image);
  Json full = full_record(session, name, image);
  if (wants_repository_tags(flags, name)) {
    shown["RepoTags"] = repository_tags(session, name);
    full["RepoTags"] = shown["RepoTags"];
  }
  print(shown, full);
}

}  // namespace

void declare_inspect(CLI::App& app, Session& session) {
  explain(
      app,
      "Shows what an image is, in the form that users of skopeo know. Templates may use the "
      "names of skopeo, docker, podman and buildah: .Digest, .Id, .Config.Env, .RootFS.Layers, "
      ".OCIv1.config. Of a multi-platform image it shows the instance for this machine or "
      "--platform; --type index and --raw show the index. Of a registry no more is asked than the "
      "answer needs; RepoTags only with --tags, or where a template names it.",
      "  lade inspect app:latest\n"
      "  lade inspect --format '{{.Digest}}' oci:layout:1.0\n"
      "  lade inspect --format '{{range $k, $v := .Labels}}{{$k}}={{$v}}{{\"\\n\"}}{{end}}' app\n"
      "  lade inspect --raw oci-archive:app.tar\n"
      "  lade inspect --tags docker://quay.io/me/app:1\n"
      "  lade inspect --config --platform linux/arm64 app");
  const auto flags = std::make_shared<InspectFlags>();
  app.add_option("IMAGE", flags->image, "An image, of any transport")->required();
  app.add_flag("--config", flags->config, "Show the configuration");
  app.add_flag("--raw", flags->raw, "Show the manifest or index, or configuration, byte for byte");
  app.add_option("-f,--format", flags->format, "json (all that is known), or a Go template")
      ->type_name("FORMAT");
  app.add_option("-t,--type", flags->type, "image, or index")
      ->type_name("TYPE")
      ->check(CLI::IsMember({"image", "index"}));
  auto* tags = app.add_flag("--tags", flags->tags, "List the tags of the repository as well");
  app.add_flag("-n,--no-tags", flags->no_tags, "Do not list them, whatever the template names")
      ->excludes(tags);
  flags->platform.add_to(app);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd

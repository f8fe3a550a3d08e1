#include "cmd/build_flags.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <thread>

#include "builder/build/checkout.h"
#include "builder/containerfile/ignore.h"
#include "builder/containerfile/source.h"
#include "cmd/build_outputs.h"
#include "cmd/signals.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/layer/rootfs.h"

namespace lade::cmd {
namespace {

constexpr std::size_t ignore_limit_bytes = 4U << 20U;
constexpr std::size_t profile_limit_bytes = 4U << 20U;

/// NAME=VALUE; a lone NAME takes its value from the environment, if it has one there.
void add_pair(std::map<std::string, std::string>& map, const std::string& text,
              std::string_view flag, const Session* environment) {
  const auto equals = text.find('=');
  const std::string name = text.substr(0, equals);
  if (name.empty()) fail(ErrorKind::invalid, "{} {}: wanted NAME=VALUE", flag, text);
  if (equals != std::string::npos) {
    map[name] = text.substr(equals + 1);
  } else if (environment == nullptr) {
    map[name] = "";
  } else if (const auto value = environment->variable(name)) {
    map[name] = *value;
  }
}

/// "key=value,key=value" in order.
std::vector<std::pair<std::string, std::string>> parse_fields(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const std::string& part : split(text, ',')) {
    const auto equals = part.find('=');
    fields.emplace_back(part.substr(0, equals),
                        equals == std::string::npos ? "" : part.substr(equals + 1));
  }
  return fields;
}

void add_secret(std::map<std::string, builder::SecretSource>& secrets, const std::string& text) {
  std::string id;
  builder::SecretSource source;
  for (const auto& [key, value] : parse_fields(text)) {
    if (key == "id") {
      id = value;
    } else if (key == "src" || key == "source") {
      source.file = value;
    } else if (key == "env") {
      source.variable = value;
    } else if (key == "type" && (value == "file" || value == "env")) {
      continue;
    } else {
      fail(ErrorKind::invalid, "--secret {}: unknown field \"{}\", wanted id, src, env", text, key);
    }
  }
  if (id.empty()) fail(ErrorKind::invalid, "--secret {}: id= is missing", text);
  if (source.file.empty() && source.variable.empty()) source.variable = id;
  secrets[id] = source;
}

void set_network(builder::RunSettings& run, const std::string& network) {
  if (network == "none") {
    run.network = builder::Network::none;
  } else if (network == "host" || network == "default") {
    run.network = builder::Network::host;
  } else {
    fail(ErrorKind::invalid, "--network {}: wanted none or host", network);
  }
}

void set_security(builder::RunSettings& run, const std::string& option) {
  constexpr std::string_view seccomp = "seccomp=";
  if (option == "no-new-privileges" || option.starts_with("label=") ||
      option.starts_with("apparmor=")) {
    return;
  }
  if (!option.starts_with(seccomp)) {
    fail(ErrorKind::invalid, "--security-opt {}: wanted seccomp=unconfined or seccomp=FILE",
         option);
  }
  const std::string value = option.substr(seccomp.size());
  if (value == "unconfined") {
    run.seccomp = builder::Unconfined{};
  } else {
    run.seccomp = builder::parse_seccomp_profile(read_file(value, profile_limit_bytes), value,
                                                 run.capabilities, builder::running_kernel());
  }
}

builder::RunSettings run_settings(const BuildFlags& flags) {
  builder::RunSettings run;
  set_network(run, flags.network);
  for (const std::string& entry : flags.add_hosts) {
    const auto cut = entry.find_first_of(":=");
    if (cut == std::string::npos || cut == 0) {
      fail(ErrorKind::invalid, "--add-host {}: wanted NAME:ADDRESS", entry);
    }
    run.hosts.push_back({entry.substr(cut + 1), entry.substr(0, cut)});
  }
  run.dns.manage = flags.dns != std::vector<std::string>{"none"};
  if (run.dns.manage) run.dns.servers = flags.dns;
  run.dns.searches = flags.dns_searches;
  for (const std::string& name : flags.cap_drop) {
    run.capabilities &= ~builder::parse_capability(name);
  }
  for (const std::string& name : flags.cap_add) {
    run.capabilities |= builder::parse_capability(name);
  }
  for (const std::string& option : flags.security_options) set_security(run, option);
  for (const std::string& limit : flags.ulimits) run.limits.push_back(builder::parse_ulimit(limit));
  if (!flags.shm_size.empty()) run.shm_size_bytes = parse_size(flags.shm_size, "--shm-size");
  for (const std::string& entitlement : flags.allowed) {
    if (entitlement == "security.insecure") {
      run.allow_insecure = true;
    } else if (entitlement != "network.host") {
      fail(ErrorKind::invalid, "--allow {}: wanted security.insecure or network.host", entitlement);
    }
  }
  run.cancel = &cancel_on_signals();
  return run;
}

/// A file of a context that was fetched; no link leads out of that.
std::optional<std::string> find_fetched_file(const BuildFlags& flags, const std::string& path,
                                             std::uint64_t limit_bytes) {
  const Rootfs root(flags.context);
  if (!root.exists(path)) return std::nullopt;
  return read_all(root.open(path, O_RDONLY | O_NONBLOCK).get(), path, limit_bytes);
}

void read_fetched_containerfile(const BuildFlags& flags, builder::BuildOptions& options) {
  std::vector<std::string> names = {"Containerfile", "Dockerfile"};
  if (!flags.file.empty()) names = {flags.file};
  for (const std::string& name : names) {
    auto text = find_fetched_file(flags, name, containerfile::containerfile_limit_bytes);
    if (!text) continue;
    options.containerfile_name = name;
    options.containerfile = *std::move(text);
    return;
  }
  fail(ErrorKind::not_found, "there is no Containerfile in the build context {}: looked for {}",
       flags.fetched_context, join(names, ", "));
}

/// The Containerfile: --file, else Containerfile or Dockerfile in the context; "-" is stdin.
void read_containerfile(const BuildFlags& flags, builder::BuildOptions& options) {
  constexpr std::size_t limit = containerfile::containerfile_limit_bytes;
  if (flags.file == "-") {
    options.containerfile_name = "stdin";
    options.containerfile = read_all(STDIN_FILENO, "the Containerfile on stdin", limit);
    return;
  }
  if (flags.containerfile_text) {
    options.containerfile_name = flags.fetched_context;
    options.containerfile = *flags.containerfile_text;
    return;
  }
  if (!flags.fetched_context.empty()) return read_fetched_containerfile(flags, options);
  std::vector<std::string> candidates = {join_path(flags.context, "Containerfile"),
                                         join_path(flags.context, "Dockerfile")};
  if (!flags.file.empty()) {
    candidates = {flags.file};
    // docker takes the name from where one stands, buildah also from the context
    if (!flags.file.starts_with('/')) candidates.push_back(join_path(flags.context, flags.file));
  }
  for (const std::string& candidate : candidates) {
    if (auto text = find_file(candidate, limit)) {
      options.containerfile_name = candidate;
      options.containerfile = *std::move(text);
      return;
    }
  }
  fail(ErrorKind::not_found, "there is no Containerfile: looked for {}", join(candidates, ", "));
}

void read_fetched_ignore_file(const BuildFlags& flags, builder::BuildOptions& options) {
  const Rootfs root(flags.context);
  const auto found = containerfile::find_ignore_file(
      options.containerfile_name, [&](const std::string& path) { return root.exists(path); });
  if (!found) return;
  options.ignore_file_name = *found;
  options.ignore_file = find_fetched_file(flags, *found, ignore_limit_bytes).value_or("");
}

void read_ignore_file(const BuildFlags& flags, builder::BuildOptions& options) {
  if (!flags.ignore_file.empty()) {
    options.ignore_file = read_file(flags.ignore_file, ignore_limit_bytes);
    options.ignore_file_name = flags.ignore_file;
    return;
  }
  if (!flags.fetched_context.empty()) return read_fetched_ignore_file(flags, options);
  const auto place = [&](const std::string& path) {
    const bool beside = path.find('/') != std::string::npos;
    return beside ? path : join_path(flags.context, path);
  };
  std::string name = options.containerfile_name;
  if (name.find('/') == std::string::npos) name = "./" + name;
  const auto found = containerfile::find_ignore_file(
      name, [&](const std::string& path) { return file_exists(place(path)); });
  if (!found) return;
  options.ignore_file_name = place(*found);
  options.ignore_file = read_file(options.ignore_file_name, ignore_limit_bytes);
}

std::string real_directory(const std::string& path, std::string_view what) {
  char resolved[PATH_MAX];
  struct stat status {};
  if (::realpath(path.c_str(), resolved) == nullptr || ::stat(resolved, &status) != 0) {
    fail_errno("{} {}", what, path);
  }
  if (!S_ISDIR(status.st_mode)) fail(ErrorKind::invalid, "{} {} is not a directory", what, path);
  return resolved;
}

void read_contexts(const BuildFlags& flags, builder::BuildOptions& options) {
  if (flags.context != "-") {
    options.context_directory = real_directory(flags.context, "the build context");
  }
  for (const std::string& text : flags.build_contexts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      fail(ErrorKind::invalid,
           "--build-context {}: wanted NAME=DIRECTORY, NAME=docker-image://…, NAME=oci-layout://… "
           "or a URL",
           text);
    }
    std::string value = text.substr(equals + 1);
    if (value.starts_with("container-image://")) value.replace(0, 15, "docker-image");
    if (value.find("://") == std::string::npos) value = real_directory(value, "the build context");
    options.named_contexts[text.substr(0, equals)] = value;
  }
}

void add_source_annotations(const BuildFlags& flags, builder::BuildOptions& options) {
  if (options.context_directory.empty()) return;
  const auto checkout = flags.fetched_context.empty()
                            ? builder::find_checkout(options.context_directory)
                            : flags.fetched_checkout;
  if (!checkout) return;
  options.annotations.try_emplace("org.opencontainers.image.revision", checkout->commit);
  if (checkout->remote.empty()) return;
  options.annotations.try_emplace("org.opencontainers.image.source", checkout->remote);
}

/// What records call the Containerfile: never where it lies on this machine.
std::string path_below(const std::string& directory, const BuildFlags& flags,
                       const builder::BuildOptions& options) {
  const std::string& name = options.containerfile_name;
  if (flags.file == "-" || flags.containerfile_text) return "Containerfile";
  if (!flags.fetched_context.empty()) return name;
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(name.c_str(), nullptr),
                                                         std::free);
  const std::string path = real ? std::string(real.get()) : name;
  if (!directory.empty() && path.starts_with(directory + "/")) {
    return path.substr(directory.size() + 1);
  }
  return path.substr(path.rfind('/') + 1);
}

std::optional<Timestamp> epoch_of(const BuildFlags& flags, const builder::BuildOptions& options,
                                  const Session& session) {
  if (!flags.timestamp.empty()) {
    const auto seconds = parse_int(flags.timestamp);
    if (!seconds || *seconds < 0) {
      fail(ErrorKind::invalid, "--timestamp {}: wanted seconds since 1970", flags.timestamp);
    }
    return Timestamp{*seconds, 0};
  }
  const auto given = options.build_args.find("SOURCE_DATE_EPOCH");
  if (given != options.build_args.end()) {
    const auto seconds = parse_int(given->second);
    if (!seconds || *seconds < 0) {
      fail(ErrorKind::invalid, "SOURCE_DATE_EPOCH={}: wanted seconds since 1970", given->second);
    }
    return Timestamp{*seconds, 0};
  }
  return session.source_date_epoch();
}

void read_build_args(const BuildFlags& flags, const Session& session,
                     builder::BuildOptions& options) {
  constexpr std::size_t limit = 1U << 20U;
  for (const std::string& path : flags.build_arg_files) {
    for (const std::string& line : split(read_file(path, limit), '\n')) {
      const std::string text(trim(line));
      if (text.empty() || text.starts_with('#')) continue;
      add_pair(options.build_args, text, "--build-arg-file", &session);
    }
  }
  for (const std::string& text : flags.build_args) {
    add_pair(options.build_args, text, "--build-arg", &session);
  }
}

constexpr std::string_view registry_prefix = "docker://";

Reference parse_registry_tag(const std::string& tag) {
  return Reference::parse(std::string_view(tag).substr(registry_prefix.size())).or_latest();
}

/// A flag that may be given many times, with one value each.
CLI::Option* add_many(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                      const std::string& description) {
  return app.add_option(name, values, description)->allow_extra_args(false);
}

/// Nobody asks for the image here: -t docker:// and nothing else.
bool goes_to_registries_alone(const BuildFlags& flags) {
  return flags.outputs.empty() && !flags.tags.empty() &&
         std::all_of(flags.tags.begin(), flags.tags.end(),
                     [](const std::string& tag) { return tag.starts_with(registry_prefix); });
}

}  // namespace

bool BuildFlags::writes_to_stdout() const {
  return std::any_of(outputs.begin(), outputs.end(),
                     [](const std::string& text) { return parse_output(text).destination == "-"; });
}

std::string ssh_socket_of(const BuildFlags& flags, const Session& session) {
  std::string socket = session.variable("SSH_AUTH_SOCK").value_or("");
  for (const std::string& text : flags.ssh) {
    const auto equals = text.find('=');
    if (equals != std::string::npos) socket = text.substr(equals + 1);
  }
  return socket;
}

std::vector<Reference> tags_of(const BuildFlags& flags) {
  std::vector<Reference> names;
  for (const std::string& tag : flags.tags) {
    const bool remote = tag.starts_with(registry_prefix);
    names.push_back(remote ? parse_registry_tag(tag) : Reference::parse_local(tag).or_latest());
  }
  return names;
}

std::vector<Reference> pushed_tags_of(const BuildFlags& flags) {
  std::vector<Reference> names;
  for (const std::string& tag : flags.tags) {
    if (tag.starts_with(registry_prefix)) {
      names.push_back(parse_registry_tag(tag));
    } else if (flags.push) {
      names.push_back(Reference::parse_local(tag).or_latest());
      if (names.back().domain() != "localhost") continue;
      fail(ErrorKind::invalid, "--push: --tag {} names no registry to push to", printable(tag));
    }
  }
  if (flags.push && names.empty()) fail(ErrorKind::invalid, "--push needs a --tag");
  return names;
}

builder::BuildOptions make_options(const BuildFlags& flags, const Session& session) {
  builder::BuildOptions options;
  read_containerfile(flags, options);
  read_contexts(flags, options);
  options.containerfile_path = path_below(options.context_directory, flags, options);
  if (!options.context_directory.empty()) read_ignore_file(flags, options);
  options.target = flags.target;
  read_build_args(flags, session, options);
  if (!flags.platform.empty()) options.platform = Platform::parse(flags.platform, host_platform());
  options.tags = tags_of(flags);
  options.leave_base = goes_to_registries_alone(flags);
  for (const std::string& text : flags.labels) add_pair(options.labels, text, "--label", nullptr);
  for (const std::string& text : flags.annotations) {
    add_pair(options.annotations, text, "--annotation", nullptr);
  }
  if (flags.source_annotations) add_source_annotations(flags, options);
  options.format = flags.format == "docker" ? ImageFormat::docker : ImageFormat::oci;
  if (flags.squash) options.squash = builder::BuildOptions::Squash::new_layers;
  if (flags.squash_all) options.squash = builder::BuildOptions::Squash::all;
  options.epoch = epoch_of(flags, options, session);
  options.no_cache = flags.no_cache;
  options.jobs = flags.jobs != 0 ? flags.jobs : std::max(2U, std::thread::hardware_concurrency());
  options.compression = *parse_compression(flags.compression);
  if (flags.compression_level >= 0) options.compression_level = flags.compression_level;
  options.inherit_labels = flags.inherit_labels;
  for (const std::string& text : flags.secrets) add_secret(options.secrets, text);
  if (!flags.ssh.empty()) options.ssh_socket = ssh_socket_of(flags, session);
  options.run = run_settings(flags);
  return options;
}

void add_build_flags(CLI::App& app, BuildFlags& flags) {
  app.add_option("context", flags.context,
                 "The files to build from: a directory, a URL of an archive or a git repository; - "
                 "is an archive or a Containerfile on stdin")
      ->type_name("CONTEXT");
  app.add_option("-f,--file", flags.file, "The Containerfile; - is stdin")->type_name("FILE");
  app.add_option("--ignorefile", flags.ignore_file, "Use this ignore file")->type_name("FILE");
  add_many(app, "-t,--tag", flags.tags,
           "Name of the image; may be given many times; with docker:// it is pushed there")
      ->type_name("[docker://]NAME[:TAG]");
  app.add_flag("--push", flags.push, "Push every --tag once it is built; docker://NAME always is");
  app.add_flag(
         "--pull{always}", flags.pull,
         "Ask registries for the images that are named: always, missing (if the store has "
         "none), newer (what the store has will do if nobody answers), or never; alone: always")
      ->type_name("[=POLICY]")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_flag_callback(
      "--pull-always", [&flags] { flags.pull = "always"; }, "The same as --pull=always");
  app.add_flag_callback(
      "--pull-never", [&flags] { flags.pull = "never"; }, "The same as --pull=never");
  app.add_option("--target", flags.target, "Stage to build; the last one if not given");
  add_many(app, "--build-arg", flags.build_args, "Value of an ARG")->type_name("NAME=VALUE");
  add_many(app, "--build-arg-file", flags.build_arg_files, "File with values of ARGs")
      ->type_name("FILE");
  add_many(app, "--build-context", flags.build_contexts, "Another context, for --from=NAME")
      ->type_name("NAME=DIR|URL|docker-image://IMAGE|oci-layout://DIR");
  add_many(app, "--label", flags.labels, "Label of the image")->type_name("NAME=VALUE");
  add_many(app, "--annotation", flags.annotations, "Annotation of the manifest")
      ->type_name("NAME=VALUE");
  app.add_flag("--inherit-labels,!--no-inherit-labels", flags.inherit_labels,
               "Keep the labels of the base image");
  app.add_flag("--no-cache", flags.no_cache, "Carry out every step");
  app.add_option("-j,--jobs", flags.jobs, "Steps at a time (default: the number of cores)");
  app.add_option("--platform", flags.platform, "What the image is for")->type_name("OS/ARCH");
  app.add_option("--format", flags.format, "Format of the image")
      ->check(CLI::IsMember({"oci", "docker"}))
      ->capture_default_str();
  app.add_option("--compression", flags.compression, "Compression of new layers")
      ->check(CLI::IsMember({"gzip", "zstd", "none"}))
      ->capture_default_str();
  app.add_option("--compression-level", flags.compression_level, "Its level");
  app.add_flag("--squash", flags.squash, "Make one layer of the new ones");
  app.add_flag("--squash-all", flags.squash_all, "Make one layer of all");
  app.add_option("--timestamp", flags.timestamp,
                 "No time in the image is later (SOURCE_DATE_EPOCH)")
      ->type_name("SECONDS");
  add_many(app, "--secret", flags.secrets, "A secret for RUN --mount=type=secret")
      ->type_name("id=ID,src=FILE|env=VAR");
  add_many(app, "--ssh", flags.ssh, "An ssh agent for RUN --mount=type=ssh")
      ->type_name("default[=SOCKET]");
  app.add_option("--network", flags.network, "Network of RUN: host or none")->capture_default_str();
  add_many(app, "--add-host", flags.add_hosts, "Line for /etc/hosts in RUN")
      ->type_name("NAME:ADDRESS");
  add_many(app, "--dns", flags.dns, "Name server for RUN")->type_name("ADDRESS");
  add_many(app, "--dns-search", flags.dns_searches, "Search domain for RUN");
  add_many(app, "--cap-add", flags.cap_add, "Capability to add in RUN");
  add_many(app, "--cap-drop", flags.cap_drop, "Capability to drop in RUN");
  add_many(app, "--security-opt", flags.security_options, "seccomp=unconfined or seccomp=FILE");
  add_many(app, "--allow", flags.allowed, "What RUN may ask for: security.insecure, network.host");
  add_many(app, "--ulimit", flags.ulimits, "Limit for RUN")->type_name("NAME=SOFT[:HARD]");
  app.add_option("--shm-size", flags.shm_size, "Size of /dev/shm in RUN")->type_name("SIZE");
  add_many(app, "-o,--output", flags.outputs, "Where else the result goes")
      ->type_name("type=local|tar|oci|docker,dest=PATH");
  flags.provenance.add_to(app);
  app.add_flag("--source-annotations,!--no-source-annotations", flags.source_annotations,
               "Annotate the commit and the repository that the context was checked out from");
  app.add_option("--iidfile", flags.iid_file, "Write the image id here")->type_name("FILE");
  app.add_option("--metadata-file", flags.metadata_file, "Write what was built here, as JSON")
      ->type_name("FILE");
  app.add_option("--progress", flags.progress, "How to tell what happens")
      ->check(CLI::IsMember({"auto", "tty", "plain", "json", "none"}))
      ->capture_default_str();
  app.add_flag("-q,--quiet", flags.quiet, "Print the image id and nothing else");
  app.add_flag("--check", flags.check, "Check the Containerfile and build nothing");
}

}  // namespace lade::cmd

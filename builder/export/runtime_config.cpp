#include "builder/export/runtime_config.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "builder/sandbox/capabilities.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

constexpr std::string_view default_path =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

Json mount(std::string_view target, std::string_view type, std::string_view source,
           const std::vector<std::string>& options) {
  return {{"destination", target}, {"type", type}, {"source", source}, {"options", options}};
}

/// An ordinary user can name no group but its own, and has no sysfs or cgroups to mount.
Json mounts(const ImageConfig& image, bool rootless) {
  std::vector<std::string> terminals = {"nosuid", "noexec", "newinstance", "ptmxmode=0666",
                                        "mode=0620"};
  if (!rootless) terminals.emplace_back("gid=5");
  Json list = Json::array();
  list.push_back(mount("/proc", "proc", "proc", {}));
  list.push_back(
      mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}));
  list.push_back(mount("/dev/pts", "devpts", "devpts", terminals));
  list.push_back(
      mount("/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}));
  list.push_back(mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}));
  if (rootless) {
    list.push_back(mount("/sys", "none", "/sys", {"rbind", "nosuid", "noexec", "nodev", "ro"}));
  } else {
    list.push_back(mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}));
    list.push_back(mount("/sys/fs/cgroup", "cgroup", "cgroup",
                         {"nosuid", "noexec", "nodev", "relatime", "ro"}));
  }
  for (const std::string& volume : image.config.volumes) {
    list.push_back(mount(volume, "tmpfs", "tmpfs", {"nosuid", "nodev", "tmpcopyup"}));
  }
  return list;
}

/// A user other than root holds none, but may gain them from set-id programs' files.
Json capabilities(std::uint32_t uid) {
  std::vector<std::string> names;
  for (unsigned number = 0; number < 64; ++number) {
    if ((default_capabilities >> number & 1U) != 0) names.push_back(capability_name(number));
  }
  Json sets = {{"bounding", names}};
  if (uid == 0) {
    sets["effective"] = names;
    sets["permitted"] = names;
  }
  return sets;
}

Json process(const ImageConfig& image, const RuntimeOptions& options) {
  const RunConfig& run = image.config;
  const std::uint32_t uid = options.rootless ? 0 : options.user.uid;
  Json user = {{"uid", uid}, {"gid", options.rootless ? 0 : options.user.gid}};
  if (!options.rootless && !options.user.supplementary.empty()) {
    user["additionalGids"] = options.user.supplementary;
  }
  std::vector<std::string> arguments = run.entrypoint.value_or(std::vector<std::string>{});
  if (run.cmd) arguments.insert(arguments.end(), run.cmd->begin(), run.cmd->end());
  if (arguments.empty()) arguments = {"sh"};
  std::vector<std::string> env = run.env;
  if (!find_env(env, "PATH")) env.insert(env.begin(), std::string(default_path));
  return {{"terminal", false},
          {"user", user},
          {"args", arguments},
          {"env", env},
          {"cwd", run.working_dir.empty() ? "/" : run.working_dir},
          {"capabilities", capabilities(uid)},
          {"noNewPrivileges", true}};
}

Json namespaces(bool rootless) {
  Json list = Json::array();
  for (const std::string_view type : {"pid", "ipc", "uts", "mount"}) {
    list.push_back({{"type", type}});
  }
  // without one a rootless container has the network of its user
  list.push_back({{"type", rootless ? "user" : "network"}});
  return list;
}

Json linux_section(const RuntimeOptions& options) {
  Json section = Json::object();
  if (options.rootless) {
    const auto map = [](std::uint32_t id) {
      return Json::array({{{"containerID", 0}, {"hostID", id}, {"size", 1}}});
    };
    section["uidMappings"] = map(options.rootless->uid);
    section["gidMappings"] = map(options.rootless->gid);
  } else {
    section["resources"] = {{"devices", Json::array({{{"allow", false}, {"access", "rwm"}}})}};
  }
  section["namespaces"] = namespaces(options.rootless.has_value());
  section["maskedPaths"] = {"/proc/acpi",        "/proc/asound",        "/proc/kcore",
                            "/proc/keys",        "/proc/latency_stats", "/proc/timer_list",
                            "/proc/timer_stats", "/proc/sched_debug",   "/proc/scsi",
                            "/sys/firmware"};
  section["readonlyPaths"] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                              "/proc/sysrq-trigger"};
  return section;
}

/// Labels are annotations of their own name, and win over what is derived.
Json annotations(const ImageConfig& image) {
  std::map<std::string, std::string> facts;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) facts[fmt::format("org.opencontainers.image.{}", name)] = value;
  };
  add("os", image.platform.os);
  add("architecture", image.platform.architecture);
  add("variant", image.platform.variant);
  add("os.version", image.platform.os_version);
  add("os.features", join(image.platform.os_features, ","));
  add("author", image.author);
  if (image.created) add("created", to_rfc3339(*image.created));
  add("stopSignal", image.config.stop_signal);
  const std::vector<std::string> ports(image.config.exposed_ports.begin(),
                                       image.config.exposed_ports.end());
  add("exposedPorts", join(ports, ","));
  for (const auto& [name, value] : image.config.labels) facts[name] = value;
  Json result = Json::object();
  for (const auto& [name, value] : facts) result[name] = value;
  return result;
}

}  // namespace

Json runtime_config(const ImageConfig& image, const RuntimeOptions& options) {
  return {{"ociVersion", "1.0.2"},
          {"process", process(image, options)},
          {"root", {{"path", "rootfs"}, {"readonly", false}}},
          {"hostname", options.hostname},
          {"mounts", mounts(image, options.rootless.has_value())},
          {"annotations", annotations(image)},
          {"linux", linux_section(options)}};
}

}  // namespace lade::builder

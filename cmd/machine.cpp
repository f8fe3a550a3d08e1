#include "cmd/machine.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "builder/sandbox/subid.h"
#include "builder/sandbox/userns.h"
#include "libimage/base/child.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t small_file_bytes = 1U << 20U;

bool can_reflink(const std::string& root) {
  try {
    const TempDir directory(root + "/tmp", "reflink");
    const Fd from = open_fd(directory.path() + "/a", O_RDWR | O_CREAT);
    write_full(from.get(), as_bytes("x"));
    const Fd to = open_fd(directory.path() + "/b", O_RDWR | O_CREAT);
    return ::ioctl(to.get(), FICLONE, from.get()) == 0;
  } catch (const Error&) {
    return false;
  }
}

bool has_overlay() {
  const std::string known = find_file("/proc/filesystems", small_file_bytes).value_or("");
  return known.find("\toverlay\n") != std::string::npos;
}

std::string kernel() {
  utsname name{};
  ::uname(&name);
  return name.release;
}

std::string login_name() {
  const passwd* entry = ::getpwuid(::getuid());
  return entry == nullptr ? std::to_string(::getuid()) : entry->pw_name;
}

Json ranges_of(const std::string& file, const std::string& login) {
  Json list = Json::array();
  const std::string text = find_file(file, small_file_bytes).value_or("");
  for (const auto& range : builder::subordinate_ranges(text, login, ::getuid())) {
    list.push_back(fmt::format("{}:{}", range.outside, range.count));
  }
  return list;
}

std::string_view to_string(builder::IdMapping::Kind kind) {
  switch (kind) {
    case builder::IdMapping::Kind::none:
      return "none needed";
    case builder::IdMapping::Kind::full:
      return "full";
    case builder::IdMapping::Kind::single:
      return "single id";
  }
  return "";
}

}  // namespace

StoreSizes measure_store(const std::string& root) {
  StoreSizes sizes;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(root + "/blobs", error)) {
    if (!entry.is_regular_file(error)) continue;
    ++sizes.blobs;
    sizes.blob_bytes += entry.file_size(error);
  }
  for (const auto& entry : fs::directory_iterator(root + "/snapshots", error)) {
    if (entry.is_directory(error)) ++sizes.snapshots;
  }
  for (const auto& entry : fs::directory_iterator(root + "/caches", error)) {
    if (entry.is_directory(error)) ++sizes.cache_mounts;
  }
  sizes.reflinks = can_reflink(root);
  return sizes;
}

Json machine_facts() {
  Json list = Json::array();
  for (const char* name : {"crun", "runc", "newuidmap", "newgidmap", "fuse-overlayfs", "pasta",
                           "slirp4netns", "git"}) {
    if (const auto path = find_program(name)) list.push_back(*path);
  }
  return {{"platform", host_platform().str()},
          {"kernel", kernel()},
          {"processors", std::thread::hardware_concurrency()},
          {"overlay", has_overlay()},
          {"programs", list}};
}

Json user_facts() {
  const std::string login = login_name();
  Json facts = {{"name", login},
                {"uid", ::getuid()},
                {"subordinateUids", ranges_of("/etc/subuid", login)},
                {"subordinateGids", ranges_of("/etc/subgid", login)}};
  try {
    const builder::IdMapping mapping = builder::enter_user_namespace();
    facts["userNamespace"] = to_string(mapping.kind);
    if (!mapping.warning.empty()) facts["reason"] = mapping.warning;
  } catch (const Error& error) {
    facts["userNamespace"] = "impossible";
    facts["reason"] = error.message();
  }
  return facts;
}

Json configuration_facts(const Session& session) {
  const std::string home = session.variable("HOME").value_or("");
  const std::string config = session.variable("XDG_CONFIG_HOME").value_or(home + "/.config");
  const std::string runtime = session.variable("XDG_RUNTIME_DIR").value_or("");
  Json found = Json::array();
  for (const std::string& path :
       {config + "/containers/registries.conf", std::string("/etc/containers/registries.conf"),
        config + "/containers/policy.json", std::string("/etc/containers/policy.json"),
        session.variable("REGISTRY_AUTH_FILE").value_or(runtime + "/containers/auth.json"),
        config + "/containers/auth.json", home + "/.docker/config.json"}) {
    if (file_exists(path)) found.push_back(path);
  }
  return {{"files", found}};
}

}  // namespace lade::cmd

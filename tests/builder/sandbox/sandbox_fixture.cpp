#include "tests/builder/sandbox/sandbox_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "libimage/base/fd.h"
#include "libimage/base/file.h"

namespace lade::builder {
namespace {

namespace fs = std::filesystem;

constexpr const char* busybox = "/bin/busybox";
constexpr const char* applets[] = {
    "sh",     "cat",     "ls",     "id",       "echo",  "sleep",    "true",     "false", "kill",
    "mount",  "unshare", "touch",  "rm",       "mkdir", "stat",     "ps",       "pwd",   "env",
    "head",   "chown",   "chmod",  "ln",       "wc",    "dd",       "hostname", "ip",    "mknod",
    "seq",    "find",    "tr",     "grep",     "sort",  "readlink", "umount",   "nproc", "test",
    "setsid", "su",      "chroot", "ifconfig", "cp"};

void make_rootfs(const std::string& root) {
  for (const char* name : {"bin", "etc", "tmp"}) make_directories(root + "/" + name);
  fs::copy_file(busybox, root + "/bin/busybox");
  for (const char* applet : applets) {
    if (::symlink("busybox", (root + "/bin/" + applet).c_str()) != 0) fail_errno("symlink");
  }
  ::chmod((root + "/tmp").c_str(), 01777);
}

std::string temp_parent() { return fs::temp_directory_path().string(); }

}  // namespace

const IdMapping& test_mapping() {
  static const IdMapping mapping = enter_user_namespace();
  return mapping;
}

Sandbox::Sandbox() : dir_((test_mapping(), temp_parent()), "lade-sandbox") {
  ::chmod(dir_.path().c_str(), 0755);
  make_rootfs(lower());
  make_directories(upper());
  make_directories(path("work"));
}

RunSpec Sandbox::script(const std::string& text) const {
  RunSpec spec;
  spec.argv = {"/bin/sh", "-c", text};
  spec.env = {"PATH=/bin"};
  spec.root.overlay = {{lower()}, upper(), path("work")};
  return spec;
}

Ran Sandbox::run(const RunSpec& spec, const CancelToken* cancel) {
  Ran ran;
  RunHooks hooks;
  hooks.output = [&](OutputStream stream, std::string_view text) {
    (stream == OutputStream::out ? ran.out : ran.err) += text;
  };
  hooks.warning = [&](std::string_view text) { ran.warnings.emplace_back(text); };
  hooks.cancel = cancel;
  ran.status = NativeRunner(test_mapping()).run(spec, hooks);
  return ran;
}

Ran Sandbox::run(const RunSpec& spec, const IdMapping& ids) {
  Ran ran;
  RunHooks hooks;
  hooks.output = [&](OutputStream stream, std::string_view text) {
    (stream == OutputStream::out ? ran.out : ran.err) += text;
  };
  ran.status = NativeRunner(ids).run(spec, hooks);
  return ran;
}

std::vector<std::string> Sandbox::upper_entries() const {
  std::vector<std::string> entries;
  for (const auto& entry : fs::recursive_directory_iterator(upper())) {
    entries.push_back(fs::relative(entry.path(), upper()).string());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

int in_child(const std::function<int()>& body) {
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    try {
      ::_exit(body());
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      ::_exit(99);
    }
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return exit_status(status).code;
}

std::string obstacle() {
  if (!file_exists(busybox)) return "there is no /bin/busybox (package busybox-static)";
  try {
    test_mapping();
    make_tmpfs(0, 0700);
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

void write_file(const std::string& path, const std::string& text) {
  const Fd file = open_fd(path, O_WRONLY | O_CREAT | O_TRUNC);
  write_full(file.get(), as_bytes(text));
}

}  // namespace lade::builder

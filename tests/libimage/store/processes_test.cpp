#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "libimage/base/text.h"
#include "tests/libimage/store/store_fixture.h"

using namespace lade;
using namespace lade::store_test;

// Children only ever _exit: they must not run the tests' own reporters.
namespace {

using namespace std::chrono_literals;

template <class Body>
pid_t in_child(Body&& body) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    body();
    ::_exit(0);
  } catch (const std::exception& error) {
    ::dprintf(2, "child: %s\n", error.what());
  }
  ::_exit(1);
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

/// Every writer goes through the same images and keeps a name on one of them at a time, so each
/// writes what others have just abandoned and a collector is about to remove.
void write_images(const std::string& root, int writer, std::chrono::steady_clock::time_point end) {
  const auto store = Store::open(root);
  const Reference name = Reference::parse(fmt::format("writer{}", writer));
  for (int round = 0; std::chrono::steady_clock::now() < end; ++round) {
    const auto lease = store->lease();
    const StoredImage image = put_image(*store, fmt::format("shared-{}", round % 10));
    store->set_name(name, image.manifest);
    store->put_cache(fmt::format("k{}", round % 5), "v", {image.layers[0].blob.digest});
    // what was reported named must be whole at any later time
    for (const Descriptor& blob :
         {store->resolve(name.str()).target, image.config, image.layers[0].blob}) {
      if (!store->has_blob(blob.digest)) fail(ErrorKind::internal, "lost {}", blob.digest.str());
    }
  }
}

}  // namespace

TEST_CASE("many writers and collectors at once lose nothing that has a name") {
  StoreFixture f;
  f.store.reset();
  const auto end = std::chrono::steady_clock::now() + 3s;
  std::vector<pid_t> children;
  for (int i = 0; i < 20; ++i) {
    children.push_back(in_child([&] { write_images(f.root, i, end); }));
  }
  for (int i = 0; i < 3; ++i) {
    children.push_back(in_child([&] {
      const auto store = Store::open(f.root);
      while (std::chrono::steady_clock::now() < end) {
        collect_garbage(*store, {.build_cache = true});
        std::this_thread::sleep_for(1ms);
      }
    }));
  }
  for (const pid_t child : children) CHECK(wait_for(child) == 0);
  const auto store = Store::open(f.root);
  CHECK(lines_of(check_store(*store, {})).empty());
  CHECK_FALSE(store->list_names().empty());
}

TEST_CASE("a process that is killed at any moment loses nothing it reported") {
  StoreFixture f;
  f.store.reset();
  for (int round = 0; round < 40; ++round) {
    auto pipe = make_pipe();
    Fd& reporter = pipe.second;
    const pid_t child = in_child([&] {
      const auto store = Store::open(f.root);
      for (int i = 0;; ++i) {
        const auto lease = store->lease();
        const std::string seed = fmt::format("r{}i{}", round, i);
        const StoredImage image = put_image(*store, seed);
        store->set_name(Reference::parse("localhost/" + seed), image.manifest);
        store->put_cache("last", seed, {image.layers[0].blob.digest});
        if (i % 3 == 2) collect_garbage(*store, {});
        write_full(reporter.get(), as_bytes(seed + "\n"));
      }
    });
    reporter.reset();
    std::this_thread::sleep_for(std::chrono::microseconds(500 + round * 997 % 30'000));
    ::kill(child, SIGKILL);
    wait_for(child);
    const std::string reported = read_all(pipe.first.get(), "reports", 1U << 20U);
    const auto store = Store::open(f.root);
    for (const std::string& seed : split(reported, '\n')) {
      if (!seed.empty()) CHECK(store->find_name(Reference::parse("localhost/" + seed)));
    }
    if (round % 10 == 9) {
      collect_garbage(*store, {});
      CHECK(lines_of(check_store(*store, {})).empty());
    }
  }
}

TEST_CASE("a full disk is an error of kind io and leaves the store whole") {
  StoreFixture f;
  f.store.reset();
  const pid_t child = in_child([&] {
    if (::unshare(CLONE_NEWNS | (::geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("small", f.directory.path().c_str(), "tmpfs", 0, "size=2m") != 0) {
      ::_exit(77);
    }
    const auto store = Store::open(f.root);
    const StoredImage image = put_image(*store, "before");
    store->set_name(Reference::parse("before"), image.manifest);
    const auto big = store->begin_blob(HashAlgorithm::sha256);
    const std::string block(65536, 'x');
    const auto [kind, message] = error_of([&] {
      for (int i = 0; i < 1000; ++i) big->write(block);
    });
    if (kind != ErrorKind::io || !contains(message, "No space left") ||
        !contains(message, f.root)) {
      fail(ErrorKind::internal, "wrong error: {}", message);
    }
    // with no byte left, names cannot be written; what there is can still be read
    const auto [name_kind, name_message] = error_of([&] {
      for (int i = 0; i < 10'000; ++i) {
        store->set_name(Reference::parse(fmt::format("n{}", i)), image.manifest);
      }
    });
    if (name_kind != ErrorKind::io) fail(ErrorKind::internal, "wrong error: {}", name_message);
    if (store->resolve("before").target != image.manifest) fail(ErrorKind::internal, "lost");
  });
  const int status = wait_for(child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
    WARN("skipped: no small file system can be mounted here");
    return;
  }
  CHECK(status == 0);
}

TEST_CASE("after a full disk the store is healthy and can be emptied") {
  StoreFixture f;
  f.store.reset();
  const pid_t child = in_child([&] {
    if (::unshare(CLONE_NEWNS | (::geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("small", f.directory.path().c_str(), "tmpfs", 0, "size=2m") != 0) {
      ::_exit(77);
    }
    const auto store = Store::open(f.root);
    store->set_name(Reference::parse("kept"), put_image(*store, "kept").manifest);
    const auto fill = error_of([&] {
      for (int i = 0;; ++i) store->put_blob(std::string(50'000, 'a') + std::to_string(i), "x");
    });
    if (fill.first != ErrorKind::io) fail(ErrorKind::internal, "wrong error: {}", fill.second);
    const GcReport report = collect_garbage(*store, {});
    if (report.removed_blobs < 10) fail(ErrorKind::internal, "{} blobs", report.removed_blobs);
    const auto flaws = lines_of(check_store(*store, {}));
    if (!flaws.empty()) fail(ErrorKind::internal, "{}", join(flaws, "; "));
    store->put_blob(std::string(500'000, 'b'), "x");
    if (!store->find_name(Reference::parse("kept"))) fail(ErrorKind::internal, "lost");
  });
  const int status = wait_for(child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
    WARN("skipped: no small file system can be mounted here");
    return;
  }
  CHECK(status == 0);
}

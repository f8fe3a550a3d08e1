#include "builder/exec/context_tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

TEST_CASE("a build context serves several threads at once") {
  const TempDir directory("/tmp");
  for (int i = 0; i < 200; ++i) {
    write_file_atomic(fmt::format("{}/{}", directory.path(), i), std::to_string(i));
  }
  ContextTree::Options options;
  options.directory = directory.path();
  options.cache_file = directory.path() + "/cache";
  options.now = {4'000'000'000, 0};
  ContextTree tree(std::move(options));
  std::vector<std::vector<Digest>> answers(4);
  std::vector<std::thread> threads;
  const std::vector<Entry> files = tree.list("");
  for (auto& answer : answers) threads.emplace_back([&] { answer = tree.hash(files); });
  for (std::thread& thread : threads) thread.join();
  REQUIRE(answers[0].size() == files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    CHECK(answers[0][i] == digest_of(files[i].path));
  }
  for (const auto& answer : answers) CHECK(answer == answers[0]);
}

TEST_CASE("a path below a file is absent") {
  const TempDir directory("/tmp");
  write_file_atomic(directory.path() + "/file", "x");
  ContextTree::Options options;
  options.directory = directory.path();
  ContextTree tree(std::move(options));
  CHECK(tree.find("file"));
  CHECK_FALSE(tree.find("file/below"));
}

TEST_CASE("a file that grew since it was looked at is a conflict") {
  const TempDir directory("/tmp");
  write_file_atomic(directory.path() + "/file", "x");
  ContextTree::Options options;
  options.directory = directory.path();
  ContextTree tree(std::move(options));
  const std::vector<Entry> files = tree.list("");
  write_file_atomic(directory.path() + "/file", "longer");
  try {
    tree.hash(files);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::conflict);
    CHECK(error.message() ==
          "file in the build context changed while it was read: it had 1 bytes, now 6");
  }
}

TEST_CASE("a digest that is remembered is for the state that was seen last") {
  const TempDir directory("/tmp");
  const std::string file = directory.path() + "/file";
  ContextTree::Options options;
  options.directory = directory.path();
  options.now = {4'000'000'000, 0};
  ContextTree tree(std::move(options));
  const auto digest = [&](const Entry& entry) { return tree.hash(std::span(&entry, 1)).front(); };
  write_file_atomic(file, "one");
  CHECK(digest(*tree.find("file")) == digest_of("one"));
  CHECK(digest(*tree.find("file")) == digest_of("one"));
  // another inode, then the same one in another state
  write_file_atomic(file, "two");
  CHECK(digest(tree.list("").front()) == digest_of("two"));
  CHECK(digest(*tree.find("file")) == digest_of("two"));
  std::ofstream(file) << "three";
  CHECK(digest(*tree.find("file")) == digest_of("three"));
}

TEST_CASE("a context forgets the digests of files that were deleted") {
  const TempDir directory("/tmp");
  const TempDir caches("/tmp");
  const auto hash_all = [&] {
    ContextTree::Options options;
    options.directory = directory.path();
    options.cache_file = caches.path() + "/cache";
    options.now = {4'000'000'000, 0};
    ContextTree tree(std::move(options));
    tree.hash(tree.list(""));
    tree.save();
    return read_file(caches.path() + "/cache", 10'000);
  };
  write_file_atomic(directory.path() + "/deleted", "x");
  write_file_atomic(directory.path() + "/kept", "y");
  CHECK(hash_all().find("deleted") != std::string::npos);
  REQUIRE(::unlink((directory.path() + "/deleted").c_str()) == 0);
  write_file_atomic(directory.path() + "/new", "z");
  const std::string cache = hash_all();
  CHECK(cache.find("deleted") == std::string::npos);
  CHECK(cache.find("kept") != std::string::npos);
  CHECK(cache.find("new") != std::string::npos);
}

}  // namespace
}  // namespace lade::builder

#include <sys/mman.h>

#include <catch2/catch.hpp>

#include "libimage/base/fd.h"
#include "libimage/oci/hasher.h"
#include "registry/client/blob_writer.h"
#include "tests/registry/client/fixture.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

std::string counted(std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(text.size()) + " ";
  return text.substr(0, size);
}

ChunkLimit no_limit() { return std::make_shared<std::atomic<std::uint64_t>>(0); }

/// A file with these bytes, that goes with its descriptor.
class BlobFile {
 public:
  explicit BlobFile(std::string_view content) : file_(::memfd_create("blob", MFD_CLOEXEC)) {
    FdSink(file_.get(), "memory").write(content);
  }
  int get() const { return file_.get(); }

 private:
  Fd file_;
};

void write_all(BlobWriter& writer, std::string_view content) {
  while (!content.empty()) {
    writer.write(content.substr(0, 300'000));
    content.remove_prefix(std::min<std::size_t>(300'000, content.size()));
  }
}

bool is_upload(const SeenRequest& request, const std::string& method) {
  return request.method == method && request.path().find("/blobs/uploads/") != std::string::npos;
}

TEST_CASE("a stream of known size is one request, one of unknown size chunks") {
  Fixture fixture;
  const std::string content = counted(20'000'000);
  const Descriptor blob{"", digest_of(content), content.size()};
  const bool known = GENERATE(true, false);
  const auto writer = make_registry_blob_writer(
      fixture.repository(), known ? blob : Descriptor{"", digest_of("tar"), 0}, no_limit());
  write_all(*writer, content);
  CHECK(writer->commit(nullptr).digest == blob.digest);
  CHECK(fixture.fake.find_blob("team/app", blob.digest.str()) == content);
  CHECK(fixture.fake.count("PATCH", "") == (known ? 1 : 3));
}

TEST_CASE("what is not committed is cancelled") {
  Fixture fixture;
  {
    const auto writer =
        make_registry_blob_writer(fixture.repository(), {"", digest_of("x"), 0}, no_limit());
    writer->write(std::string_view("half"));
  }
  CHECK(fixture.fake.count("DELETE", "/blobs/uploads/1") == 1);
}

TEST_CASE("a chunk whose connection broke is sent again from where the registry stands") {
  Fixture fixture;
  const std::string content = counted(30'000'000);
  std::atomic<int> breaks = 3;
  std::atomic<bool> arrived = GENERATE(true, false);
  fixture.fake.set_fault([&](const SeenRequest& request) -> std::optional<Answer> {
    if (!is_upload(request, "PATCH") || request.header("content-range").starts_with("0-"))
      return {};
    if (breaks-- <= 0) return {};
    // either nothing of it came, or all came and only the answer was lost
    if (arrived) fixture.fake.append_upload(request);
    return Answer{.hang_up = true};
  });
  const auto writer =
      make_registry_blob_writer(fixture.repository(), {"", digest_of("tar"), 0}, no_limit());
  write_all(*writer, content);
  const Digest digest = writer->commit(nullptr).digest;
  CHECK(fixture.fake.find_blob("team/app", digest.str()) == content);
}

TEST_CASE("a file is sent on from where the connection broke") {
  Fixture fixture;
  const std::string content = counted(10'000'000);
  const BlobFile file(content);
  std::atomic<int> breaks = 3;
  fixture.fake.set_fault([&](const SeenRequest& request) -> std::optional<Answer> {
    if (!is_upload(request, "PATCH") || breaks-- <= 0) return {};
    SeenRequest part = request;
    part.body.resize(std::min<std::size_t>(part.body.size(), 1'000'000));
    fixture.fake.append_upload(part);
    return Answer{.hang_up = true};
  });
  const Descriptor blob{"", digest_of(content), content.size()};
  std::vector<std::uint64_t> told;
  upload_blob_file(fixture.repository(), blob, file.get(), no_limit(),
                   [&](std::uint64_t position) { told.push_back(position); });
  CHECK(fixture.fake.find_blob("team/app", blob.digest.str()) == content);
  CHECK(told.size() > 10);
  CHECK(told.back() == content.size());
  const auto seen = fixture.fake.seen();
  const auto last = std::find_if(seen.rbegin(), seen.rend(), [](const SeenRequest& request) {
    return is_upload(request, "PATCH");
  });
  CHECK(last->header("content-range") == "3000000-9999999");
}

TEST_CASE("a registry that takes only small requests gets small ones") {
  Fixture fixture;
  const std::string content = counted(9'000'000);
  const BlobFile file(content);
  const std::size_t limit = GENERATE(4U << 20U, 1U << 20U);
  fixture.fake.set_fault([&](const SeenRequest& request) -> std::optional<Answer> {
    if (is_upload(request, "PATCH") && request.body.size() > limit) return Answer{.status = 413};
    return {};
  });
  const Descriptor blob{"", digest_of(content), content.size()};
  std::vector<std::uint64_t> told;
  upload_blob_file(fixture.repository(), blob, file.get(), no_limit(),
                   [&](std::uint64_t position) { told.push_back(position); });
  CHECK(fixture.fake.find_blob("team/app", blob.digest.str()) == content);
  CHECK(told.back() == content.size());

  const auto chunks = no_limit();
  const auto writer =
      make_registry_blob_writer(fixture.repository("team/b:1"), {"", digest_of("t"), 0}, chunks);
  write_all(*writer, content);
  writer->commit(&blob);
  CHECK(fixture.fake.find_blob("team/b", blob.digest.str()) == content);
  CHECK(*chunks == limit);
}

TEST_CASE("no chunk but the last is smaller than the registry wants them") {
  Fixture fixture;
  constexpr std::size_t least = 12U << 20U;
  fixture.fake.set_least_chunk(least);
  const std::string content = counted(30'000'000);
  const auto writer =
      make_registry_blob_writer(fixture.repository(), {"", digest_of("tar"), 0}, no_limit());
  write_all(*writer, content);
  const Digest digest = writer->commit(nullptr).digest;
  CHECK(fixture.fake.find_blob("team/app", digest.str()) == content);
  std::vector<std::size_t> sizes;
  for (const SeenRequest& request : fixture.fake.seen()) {
    if (is_upload(request, "PATCH")) sizes.push_back(request.body.size());
  }
  CHECK(sizes == std::vector<std::size_t>{least, least, content.size() - 2 * least});
}

TEST_CASE("a registry that wants larger chunks than it takes is told of") {
  Fixture fixture;
  fixture.fake.set_least_chunk(12U << 20U);
  fixture.fake.set_fault([](const SeenRequest& request) -> std::optional<Answer> {
    if (is_upload(request, "PATCH")) return Answer{.status = 413};
    return {};
  });
  const auto writer =
      make_registry_blob_writer(fixture.repository(), {"", digest_of("tar"), 0}, no_limit());
  const std::string got =
      error_of(ErrorKind::invalid, [&] { write_all(*writer, counted(13'000'000)); });
  CHECK_THAT(got, Catch::Contains("does not take 12.6 MB in one request"));
}

TEST_CASE("a stream that was refused as too large can be written anew, in chunks") {
  Fixture fixture;
  const std::string content = counted(9'000'000);
  const Descriptor blob{"", digest_of(content), content.size()};
  fixture.fake.set_fault([&](const SeenRequest& request) -> std::optional<Answer> {
    if (is_upload(request, "PATCH") && request.body.size() > (4U << 20U)) {
      return Answer{.status = 413};
    }
    return {};
  });
  const auto limit = no_limit();
  const auto attempt = [&] {
    const auto writer = make_registry_blob_writer(fixture.repository(), blob, limit);
    write_all(*writer, content);
    writer->commit(&blob);
  };
  error_of(ErrorKind::unavailable, attempt);
  attempt();
  CHECK(fixture.fake.find_blob("team/app", blob.digest.str()) == content);
}

TEST_CASE("a wrong digest or size is corrupt, and nothing is kept") {
  Fixture fixture;
  const std::string content = counted(1'000);
  const Descriptor wrong{"", digest_of("other"), content.size()};
  const auto writer = make_registry_blob_writer(fixture.repository(), wrong, no_limit());
  write_all(*writer, content);
  error_of(ErrorKind::corrupt, [&] { writer->commit(&wrong); });
  const BlobFile file(content);
  error_of(ErrorKind::corrupt,
           [&] { upload_blob_file(fixture.repository(), wrong, file.get(), no_limit()); });
  CHECK_FALSE(fixture.fake.find_blob("team/app", wrong.digest.str()));
}

TEST_CASE("a refusal is told in the registry's words") {
  Fixture fixture;
  fixture.fake.set_fault([&](const SeenRequest& request) -> std::optional<Answer> {
    if (request.method != "POST") return {};
    return Answer{.status = 403, .body = R"({"errors":[{"code":"DENIED","message":"read only"}]})"};
  });
  const std::string message = error_of(ErrorKind::denied, [&] {
    make_registry_blob_writer(fixture.repository(), {"", digest_of("x"), 1}, no_limit());
  });
  CHECK_THAT(message, Catch::Contains("403") && Catch::Contains("DENIED: read only"));
}

}  // namespace
}  // namespace lade::registry

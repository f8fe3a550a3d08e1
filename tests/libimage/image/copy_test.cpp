#include "libimage/image/copy.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <numeric>

#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"
#include "tests/support/require_valid.h"

namespace lade {
namespace {

Manifest parsed(const RawManifest& raw) { return parse_manifest(raw.bytes, raw.media_type, "it"); }

/// Keeps what tasks were called and how they ended.
class RecordedProgress final : public Progress {
 public:
  std::unique_ptr<ProgressTask> begin(std::string_view name, std::uint64_t total) override {
    return std::make_unique<Task>(*this, std::string(name), total);
  }
  void warning(std::string_view) override {}
  std::vector<std::string> lines() {
    return lines_.with([](const auto& lines) { return lines; });
  }

 private:
  struct Task final : ProgressTask {
    Task(RecordedProgress& owner_in, std::string name_in, std::uint64_t total_in)
        : owner(owner_in), name(std::move(name_in)), total(total_in) {}
    void advance(std::uint64_t bytes) override { done += bytes; }
    void output(std::string_view) override {}
    void finish(std::string_view outcome) override {
      owner.lines_.with([&](auto& lines) {
        lines.push_back(fmt::format("{}: {} of {}, {}", name, done, total, outcome));
      });
    }
    RecordedProgress& owner;
    std::string name;
    std::uint64_t total;
    std::uint64_t done = 0;
  };

  Guarded<std::vector<std::string>> lines_;
};

TEST_CASE("a copy is the same bytes, whatever the number of jobs") {
  const unsigned jobs = GENERATE(0U, 1U, 8U);
  MemoryImageSource source;
  const RawManifest image = add_small_image(source);
  MemoryImageDestination destination;
  const CopyReport report = copy_image(source, destination, {.jobs = jobs}, no_progress());
  CHECK(report.manifest.bytes == image.bytes);
  CHECK(report.blobs_copied == 3);
  CHECK(report.blobs_present == 0);
  CHECK(report.notes.empty());
  CHECK(destination.blobs() == source.blobs());
  CHECK(destination.top()->bytes == image.bytes);
  require_valid(*destination.as_source());
}

TEST_CASE("the name comes after the manifests and the manifests after the blobs") {
  MemoryImageSource source;
  const RawManifest a = add_small_image(source);
  const RawManifest b = add_small_image(source, {.platform = "linux/arm64"});
  source.set_top(index_of({instance(a, "linux/amd64"), instance(b, "linux/arm64")}));
  MemoryImageDestination destination;
  copy_image(source, destination, {.platforms = {.kind = PlatformChoice::Kind::all}},
             no_progress());
  std::string order;
  for (const std::string& event : destination.events()) order += event[0];
  CHECK(order == "bbbbbmmn");  // both images have one layer in common
  require_valid(*destination.as_source());
}

TEST_CASE("blobs that the destination has are not read") {
  MemoryImageSource source;
  const Manifest manifest = parsed(add_small_image(source));
  MemoryImageDestination destination;
  destination.add_blob(source.blob(manifest.layers[0].digest));
  const CopyReport report = copy_image(source, destination, {}, no_progress());
  CHECK(report.blobs_present == 1);
  CHECK(report.blobs_copied == 2);
  CHECK(source.opened(manifest.layers[0].digest) == 0);
  CHECK(report.bytes_copied == manifest.layers[1].size_bytes + manifest.config.size_bytes);
}

TEST_CASE("a blob that is listed a thousand times is copied once") {
  MemoryImageSource source;
  const NewLayer layer = add_layer(source, tar_of({{"a", "b"}}));
  const RawManifest image = add_image(source, std::vector<NewLayer>(1000, layer));
  source.set_top(image);
  MemoryImageDestination destination;
  copy_image(source, destination, {.jobs = 8}, no_progress());
  CHECK(source.opened(layer.blob.digest) == 1);
  CHECK(destination.events().size() == 3);
  require_valid(*destination.as_source());
}

TEST_CASE("progress names every blob, its size and how it ended") {
  MemoryImageSource source;
  const NewLayer layer = add_layer(source, tar_of({{"a", "b"}}), Compression::none);
  source.set_top(add_image(source, {layer}));
  MemoryImageDestination destination;
  destination.add_blob(source.blob(layer.blob.digest));
  RecordedProgress progress;
  copy_image(source, destination, {.jobs = 1}, progress);
  REQUIRE(progress.lines().size() == 2);
  CHECK_THAT(progress.lines()[0], Catch::StartsWith("config ") && Catch::EndsWith(", done"));
  CHECK(progress.lines()[1] == fmt::format("layer {} 2.05 kB: 0 of {}, exists",
                                           layer.blob.digest.short_hex(), layer.blob.size_bytes));
}

TEST_CASE("foreign layers stay at their URLs unless the source holds them") {
  MemoryImageSource source;
  Manifest manifest = parsed(add_small_image(source));
  manifest.layers[1].media_type = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
  manifest.layers[1].urls = {"https://example.com/layer"};
  source.set_top(raw_manifest(serialize(manifest), manifest.media_type));
  MemoryImageDestination destination;
  const bool held = GENERATE(true, false);
  if (!held) source.remove_blob(manifest.layers[1].digest);
  const CopyReport report =
      copy_image(source, destination, {.compression = Compression::gzip}, no_progress());
  CHECK(report.blobs_copied == (held ? 3 : 2));
  CHECK(report.notes.size() == (held ? 0 : 1));
  if (!held) {
    CHECK_THAT(report.notes[0], Catch::StartsWith("layer 2 of the image") &&
                                    Catch::EndsWith("stays at https://example.com/layer"));
  }
  require_valid(*destination.as_source());
}

TEST_CASE("a layer that is nowhere is not_found and says which") {
  MemoryImageSource source;
  const Manifest manifest = parsed(add_small_image(source));
  source.remove_blob(manifest.layers[1].digest);
  MemoryImageDestination destination;
  const std::string message =
      error_of(ErrorKind::not_found, [&] { copy_image(source, destination, {}, no_progress()); });
  CHECK_THAT(message, Catch::StartsWith("copy memory:source to memory:destination: layer 2 of "
                                        "the image (sha256:"));
  CHECK_FALSE(destination.top());
}

TEST_CASE("embedded blobs are copied from the manifest and verified") {
  MemoryImageSource source;
  Manifest manifest = parsed(add_small_image(source));
  manifest.config.data = source.blob(manifest.config.digest);
  source.remove_blob(manifest.config.digest);
  source.set_top(raw_manifest(serialize(manifest), manifest.media_type));
  MemoryImageDestination destination;
  copy_image(source, destination, {}, no_progress());
  CHECK(destination.blobs().contains(manifest.config.digest));
  manifest.config.data->back() = ' ';
  source.set_top(raw_manifest(serialize(manifest), manifest.media_type));
  MemoryImageDestination other;
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { copy_image(source, other, {}, no_progress()); }),
             Catch::Contains("the config of the image"));
}

/// Writes down what every task was told.
class ListedProgress final : public Progress {
 public:
  struct Task final : ProgressTask {
    explicit Task(std::vector<std::uint64_t>& steps_in) : steps(steps_in) {}
    void advance(std::uint64_t amount) override { steps.push_back(amount); }
    void output(std::string_view) override {}
    void finish(std::string_view) override {}
    std::vector<std::uint64_t>& steps;
  };
  void warning(std::string_view) override {}
  std::unique_ptr<ProgressTask> begin(std::string_view name, std::uint64_t total) override {
    totals.push_back(total);
    return std::make_unique<Task>(tasks[std::string(name)]);
  }
  std::vector<std::uint64_t> totals;
  std::map<std::string, std::vector<std::uint64_t>> tasks;
};

TEST_CASE("a file is handed over to a destination that takes files") {
  struct FileSource final : MemoryImageSource {
    std::optional<Fd> find_blob_file(const Descriptor&) override { return open_fd("/dev/null", 0); }
  };
  struct Adopter final : ImageDestination {
    std::string name() const override { return inner.name(); }
    const DestinationAbilities& abilities() const override { return inner.abilities(); }
    bool has_blob(const Descriptor& d) override { return inner.has_blob(d); }
    std::unique_ptr<BlobWriter> begin_blob(const Descriptor& d) override {
      return inner.begin_blob(d);
    }
    bool adopt_blob_file(const Descriptor& d, int file,
                         const std::function<void(std::uint64_t)>& told) override {
      // a line that breaks and is mended
      for (const std::uint64_t part : {2U, 1U, 3U}) told(part);
      adopted += file >= 0 && media_type::is_layer(d.media_type);
      return media_type::is_layer(d.media_type);
    }
    void put_manifest(const RawManifest& raw) override { inner.put_manifest(raw); }
    void commit(const RawManifest& raw) override { inner.commit(raw); }
    MemoryImageDestination inner;
    int adopted = 0;
  };
  FileSource source;
  const Manifest manifest = parsed(add_small_image(source));
  Adopter adopter;
  ListedProgress progress;
  const CopyReport report = copy_image(source, adopter, {.jobs = 1}, progress);
  for (const auto& [name, steps] : progress.tasks) {
    if (!name.starts_with("layer")) continue;
    const std::uint64_t total = std::accumulate(steps.begin(), steps.end(), std::uint64_t{0});
    CHECK(std::vector(steps.begin(), steps.begin() + 2) == std::vector<std::uint64_t>{2, 1});
    CHECK(std::count(progress.totals.begin(), progress.totals.end(), total) > 0);
  }
  CHECK(progress.tasks.size() == 3);
  CHECK(adopter.adopted == 2);
  CHECK(report.blobs_copied == 3);
  CHECK(source.opened() == 1);
  CHECK(source.opened(manifest.config.digest) == 1);
}

TEST_CASE("a copy holds no more than a buffer of a blob") {
  MemoryImageSource source;
  const NewLayer layer =
      add_layer(source, tar_of({{"big", std::string(8U << 20U, 'x')}}), Compression::none);
  source.set_top(add_image(source, {layer}));
  const auto compression = GENERATE(std::optional<Compression>{}, Compression::gzip);
  MemoryImageDestination destination;
  copy_image(source, destination, {.compression = compression}, no_progress());
  CHECK(destination.largest_write() <= 1U << 20U);
}

}  // namespace
}  // namespace lade

// One blob flows from source to destination through bounded buffers:
//   stored bytes -> writer -> commit
//   stored bytes -> verified -> unpacked -> diff id -> packed -> writer -> commit
// Each byte is hashed once: of bytes that go through unchanged, the writer checks the digest before
// anything lasts (the contract of BlobWriter); bytes that are unpacked are verified here, as is the
// layer against its diff id: a config that lies about its layers is found out.
//
// A writer whose line broke is begun again, from the source anew or from where an interrupted one
// had come to.
#include "libimage/image/blob_copier.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

/// How often a blob is written before a registry that keeps breaking off is believed.
constexpr int write_attempts = 3;

/// Tells the progress of what is new: what is read or sent again counts from where it came to.
void advance_to(std::uint64_t position, std::uint64_t& furthest, ProgressTask& task) {
  if (position <= furthest) return;
  task.advance(position - furthest);
  furthest = position;
}

/// Tells the progress of what was read, and stops when asked to.
class WatchedSource final : public Source {
 public:
  WatchedSource(std::unique_ptr<Source> inner, ProgressTask& task, std::uint64_t first_byte,
                std::uint64_t& furthest, const std::function<bool()>& cancelled)
      : inner_(std::move(inner)),
        task_(task),
        position_(first_byte),
        furthest_(furthest),
        cancelled_(cancelled) {
    advance_to(position_, furthest_, task_);
  }

  std::size_t read(std::span<std::byte> buffer) override {
    if (cancelled_()) fail(ErrorKind::cancelled, "another blob of the image failed");
    const std::size_t count = inner_->read(buffer);
    position_ += count;
    advance_to(position_, furthest_, task_);
    return count;
  }

 private:
  std::unique_ptr<Source> inner_;
  ProgressTask& task_;
  std::uint64_t position_;
  std::uint64_t& furthest_;
  const std::function<bool()>& cancelled_;
};

/// Tells whether it was the writer that failed, and not what it was given.
class BlamedSink final : public Sink {
 public:
  explicit BlamedSink(Sink& inner) : inner_(inner) {}
  using Sink::write;
  void write(std::span<const std::byte> bytes) override {
    failed_ = true;
    inner_.write(bytes);
    failed_ = false;
  }
  bool failed() const { return failed_; }

 private:
  Sink& inner_;
  bool failed_ = false;
};

std::string_view kind_name(BlobPlan::Kind kind) {
  switch (kind) {
    case BlobPlan::Kind::config:
      return "config";
    case BlobPlan::Kind::layer:
      return "layer";
    case BlobPlan::Kind::other:
      break;
  }
  return "blob";
}

}  // namespace

Descriptor BlobCopier::copy(const BlobPlan& plan) {
  const auto task =
      progress_.begin(fmt::format("{} {} {}", kind_name(plan.kind), plan.blob.digest.short_hex(),
                                  human_size(plan.blob.size_bytes)),
                      plan.blob.size_bytes);
  try {
    const Result result = bring(plan, *task);
    counts_.with([&](BlobCounts& counts) {
      if (result.outcome == "exists") ++counts.present;
      if (result.outcome == "recompressed") ++counts.recompressed;
      if (result.outcome == "done" || result.outcome == "recompressed") {
        ++counts.copied;
        counts.bytes += result.blob.size_bytes;
      }
    });
    task->finish(result.outcome);
    return result.blob;
  } catch (Error& error) {
    task->finish("failed");
    error.add_context(plan.where);
    throw;
  }
}

BlobCounts BlobCopier::counts() {
  return counts_.with([](const BlobCounts& counts) { return counts; });
}

BlobCopier::Result BlobCopier::bring(const BlobPlan& plan, ProgressTask& task) {
  if (plan.compression) {
    if (auto remembered = bring_remembered(plan, task)) return *std::move(remembered);
    return {recompress(plan, task), "recompressed"};
  }
  if (auto result = bring_unchanged(plan, plan.blob, plan.foreign, task)) {
    return *std::move(result);
  }
  counts_.with([&](BlobCounts& counts) {
    counts.notes.push_back(fmt::format("{} stays at {}", plan.where, plan.blob.urls.front()));
  });
  return {plan.blob, "foreign"};
}

std::unique_ptr<Source> BlobCopier::open(const BlobPlan& plan, const Descriptor& blob,
                                         std::uint64_t first_byte) {
  const bool planned = blob.digest == plan.blob.digest;
  const std::optional<std::string>& known = planned && plan.bytes ? plan.bytes : blob.data;
  if (!planned || !known) return source_.open_blob_at(blob, first_byte);
  return std::make_unique<MemorySource>(
      std::string_view(*known).substr(std::min<std::uint64_t>(first_byte, known->size())));
}

std::optional<BlobCopier::Result> BlobCopier::bring_unchanged(const BlobPlan& plan,
                                                              const Descriptor& blob,
                                                              bool may_be_missing,
                                                              ProgressTask& task) {
  if (destination_.has_blob(blob)) return Result{blob, "exists"};
  std::uint64_t furthest = 0;
  if (const auto file = source_.find_blob_file(blob)) {
    const auto told = [&](std::uint64_t position) {
      if (cancelled_()) fail(ErrorKind::cancelled, "another blob of the image failed");
      advance_to(position, furthest, task);
    };
    if (destination_.adopt_blob_file(blob, file->get(), told)) {
      advance_to(blob.size_bytes, furthest, task);
      return Result{blob, "done"};
    }
  }
  for (int attempt = 1;; ++attempt) {
    switch (write(plan, blob, {may_be_missing, attempt == write_attempts}, furthest, task)) {
      case Written::yes:
        return Result{blob, "done"};
      case Written::missing:
        return std::nullopt;
      case Written::broken:
        // it may have arrived all the same
        if (destination_.has_blob(blob)) return Result{blob, "done"};
        break;
    }
  }
}

BlobCopier::Written BlobCopier::write(const BlobPlan& plan, const Descriptor& blob,
                                      const Attempt& attempt, std::uint64_t& furthest,
                                      ProgressTask& task) {
  const auto writer = destination_.begin_blob(blob);
  const std::uint64_t held = writer->held_bytes();
  BlamedSink sink(*writer);
  try {
    if (held < blob.size_bytes || held == 0) {
      auto stored = open(plan, blob, held);
      SizedSource bytes(
          std::make_unique<WatchedSource>(std::move(stored), task, held, furthest, cancelled_),
          blob.size_bytes - held, "blob " + blob.digest.str());
      lade::copy(bytes, sink);
    }
  } catch (const Error& error) {
    const bool broken = sink.failed() && error.kind() == ErrorKind::unavailable;
    if (broken && !attempt.is_last) return Written::broken;
    if (attempt.may_be_missing && error.kind() == ErrorKind::not_found) return Written::missing;
    throw;
  }
  try {
    writer->commit(&blob);
    return Written::yes;
  } catch (const Error& error) {
    // what an interrupted copy left was wrong; it is gone now
    const bool inherited = held > 0 && error.kind() == ErrorKind::corrupt;
    if (inherited || (error.kind() == ErrorKind::unavailable && !attempt.is_last)) {
      return Written::broken;
    }
    throw;
  }
}

std::optional<BlobCopier::Result> BlobCopier::bring_remembered(const BlobPlan& plan,
                                                               ProgressTask& task) {
  if (options_.memory == nullptr) return std::nullopt;
  std::vector<Descriptor> candidates;
  for (const Descriptor& blob : options_.memory->find_blobs(*plan.diff_id)) {
    if (media_type::layer_compression(blob.media_type) != plan.compression) continue;
    candidates.push_back({plan.media_type, blob.digest, blob.size_bytes});
  }
  for (const Descriptor& blob : candidates) {
    if (destination_.has_blob(blob)) return Result{blob, "exists"};
  }
  for (const Descriptor& blob : candidates) {
    if (auto result = bring_unchanged(plan, blob, true, task)) return result;
  }
  return std::nullopt;
}

Descriptor BlobCopier::recompress(const BlobPlan& plan, ProgressTask& task) {
  std::uint64_t furthest = 0;
  auto watched =
      std::make_unique<WatchedSource>(open(plan, plan.blob, 0), task, 0, furthest, cancelled_);
  auto verified = std::make_unique<VerifiedSource>(std::move(watched), plan.blob,
                                                   "blob " + plan.blob.digest.str());
  const auto unpacked = open_sniffed(std::move(verified), options_.expansion);
  const auto writer = destination_.begin_blob({plan.media_type, *plan.diff_id, 0});
  const auto encoder = make_encoder(*writer, {.compression = *plan.compression,
                                              .level = options_.compression_level,
                                              .threads = encoder_threads_});
  DigestSink tar(encoder.get(), plan.diff_id->algorithm());
  lade::copy(*unpacked, tar);
  encoder->finish();
  if (const Digest got = tar.digest(); got != *plan.diff_id) {
    fail(ErrorKind::corrupt, "the layer is not what the config says: wanted diff id {}, got {}",
         plan.diff_id->str(), got.str());
  }
  Descriptor blob{plan.media_type, *plan.diff_id, tar.size_bytes()};
  // only uncompressed layers are known before they are written
  blob = writer->commit(*plan.compression == Compression::none ? &blob : nullptr);
  blob.media_type = plan.media_type;
  if (options_.memory != nullptr) {
    options_.memory->remember(plan.blob, *plan.diff_id);
    options_.memory->remember(blob, *plan.diff_id);
  }
  return blob;
}

}  // namespace lade

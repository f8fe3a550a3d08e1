#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libimage/stream/source.h"
#include "sbom/audit/audit_files.h"
#include "sbom/audit/audit_report.h"
#include "sbom/catalog/catalog_layer.h"
#include "tests/support/tar_builder.h"

namespace lade::sbom {

inline constexpr Timestamp audit_now{1'800'000'000, 0};

/// An image for checks to look at: change its parts, then look.
class AuditImage {
 public:
  AuditImage() {
    image_.config.config.user = "1000";
    image_.config.config.entrypoint = std::vector<std::string>{"/app"};
    image_.config.created = Timestamp{audit_now.seconds - 86'400, 0};
  }

  ImageConfig& config() { return image_.config; }
  RunConfig& run() { return image_.config.config; }
  Image& image() { return image_; }
  AuditSubject& subject() { return subject_; }

  /// A layer on top of those there are, made by an instruction.
  AuditImage& layer(const TarBuilder& tar, const std::string& instruction = "COPY . /") {
    const std::string bytes = tar.bytes();
    const Dispatch dispatch({make_audit_cataloger()});
    MemorySource source(bytes);
    IndexedFinds indexed =
        index_and_catalog_layer(source, dispatch, {.what = "test.tar", .scratch = "/tmp"});
    if (!indexed.finds) {
      MemorySource again(bytes);
      indexed.finds = catalog_layer(
          again, dispatch, {.what = "test.tar", .scratch = "/tmp", .toc = indexed.toc.get()});
    }
    image_.config.diff_ids.push_back(indexed.toc->diff_id());
    image_.manifest.layers.push_back({"", indexed.toc->diff_id(), bytes.size()});
    tocs_.push_back(std::move(indexed.toc));
    finds_.push_back(decode_finds(encode_finds(*indexed.finds)));
    return history(instruction, false);
  }
  AuditImage& history(std::string instruction, bool empty_layer = true) {
    HistoryEntry entry;
    entry.created_by = std::move(instruction);
    entry.empty_layer = empty_layer;
    image_.config.history.push_back(std::move(entry));
    return *this;
  }

  AuditReport look(const AuditProfile& profile) {
    subject_.image = &image_;
    subject_.now = audit_now;
    tree_ = MergedTree(tocs_);
    subject_.files = audit_files(tree_, finds_);
    return audit(subject_, profile);
  }
  /// What one check says, whatever profiles say of it.
  AuditResult look(const std::string& check, const AuditLimits& limits = {}) {
    AuditProfile profile{.name = "test", .limits = limits, .fail_on = AuditSeverity::info};
    profile.checks.emplace(check, find_audit_check(check)->severity);
    return look(profile).results.at(0);
  }
  /// The same, a line for each finding: "path or place: detail".
  std::vector<std::string> lines(const std::string& check, const AuditLimits& limits = {}) {
    std::vector<std::string> lines;
    for (const AuditFinding& finding : look(check, limits).findings) {
      lines.push_back((finding.path.empty() ? finding.place : finding.path) + ": " +
                      finding.detail);
    }
    return lines;
  }

 private:
  Image image_{.raw = {"", "", Digest::parse("sha256:" + std::string(64, 'a'))},
               .manifest = {.media_type = "",
                            .config = {"", Digest::parse("sha256:" + std::string(64, 'b')), 1}},
               .config_bytes = "",
               .config = {}};
  AuditSubject subject_;
  MergedTree tree_;
  std::vector<std::shared_ptr<const Toc>> tocs_;
  std::vector<LayerFinds> finds_;
};

using Lines = std::vector<std::string>;

}  // namespace lade::sbom

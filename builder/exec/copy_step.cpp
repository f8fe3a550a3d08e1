// COPY and ADD. The plan (copy_plan.h) says what the layer will hold; the step finds the trees that
// the plan takes from, and writes the layer straight from them.
#include <algorithm>

#include "builder/exec/archive_tree.h"
#include "builder/exec/copy_plan.h"
#include "builder/exec/fetch_tree.h"
#include "builder/exec/inline_tree.h"
#include "builder/exec/missing_source.h"
#include "builder/exec/repository_tree.h"
#include "builder/exec/step.h"
#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"
#include "libimage/layer/layer_path.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

class CopyStep final : public Step {
 public:
  CopyStep(Workshop& workshop, const CopyOp& op, const StepInput& base, const StepInput* from)
      : workshop_(workshop), op_(op), base_(base) {
    if (from != nullptr) from_ = *from;
  }

  std::string key() override {
    for (const RemoteRepository& repository : op_.repositories) {
      commits_.push_back(resolve_repository(workshop_, repository));
    }
    std::string content;
    if (takes_repositories_alone()) {
      content = "git " + commit_key();
    } else {
      plan();
      const Digest copied = copy_key(items_, workshop_.epoch.has_value());
      if (!op_.from && !op_.sources.empty()) {
        workshop_.materials->add_content(op_.context, copied);
      }
      content = copied.str();
    }
    return fmt::format("copy 1 {} {} {} {}", content, workshop_.layer_type,
                       workshop_.encoding.level.value_or(-1),
                       workshop_.epoch ? to_rfc3339(*workshop_.epoch) : "-");
  }

  std::vector<LayerRef> execute(ProgressTask& progress) override {
    if (takes_repositories_alone()) plan();
    const auto layer = write_layer(
        workshop_,
        [&](LayerWriter& writer) {
          for (const CopyItem& item : items_) write(writer, item, progress);
        },
        [&](const Toc& toc) { require_planned(toc); });
    if (!layer) return {};
    return {*layer};
  }

 private:
  bool takes_repositories_alone() const {
    return !op_.repositories.empty() && op_.sources.empty() && op_.inline_files.empty() &&
           op_.remote_files.empty();
  }

  /// A commit says what its files are, so they need not be fetched to ask the cache.
  std::string commit_key() const {
    Json key = {op_.destination,
                op_.working_dir,
                op_.chown,
                op_.chmod,
                op_.excludes,
                op_.link,
                op_.link ? std::string() : chain_key(base_.layers)};
    for (std::size_t i = 0; i < commits_.size(); ++i) {
      const RemoteRepository& repository = op_.repositories[i];
      key.push_back({commits_[i].id, repository.subdir, repository.keep_git_dir});
      // what .git holds beside the commit
      if (repository.keep_git_dir) {
        key.back().push_back({without_userinfo(repository.remote), commits_[i].ref});
      }
    }
    return digest_of(to_compact(key)).hex();
  }

  void plan() {
    std::vector<CopySource> sources;
    SourceTree* main = open_main_tree();
    for (const std::string& pattern : op_.sources) add_source(sources, main, pattern);
    if (!op_.inline_files.empty()) {
      trees_.push_back(std::make_unique<InlineTree>(op_.inline_files, workshop_.now));
      for (const InlineFile& file : op_.inline_files) {
        sources.push_back({trees_.back().get(), file.name, false, true});
      }
    }
    for (const RemoteFile& remote : op_.remote_files) add_remote(sources, remote);
    for (std::size_t i = 0; i < commits_.size(); ++i) add_repository(sources, i);
    const MergedTree below = op_.link ? MergedTree{} : workshop_.tree(base_.layers);
    items_ = plan_copy(op_, sources, owner(), below, workshop_.epoch.value_or(workshop_.now));
    fix_times();
  }

  SourceTree* open_main_tree() {
    if (op_.sources.empty()) return nullptr;
    if (!op_.from) return &workshop_.context(op_.context);
    trees_.push_back(workshop_.files(from_.name, from_.layers));
    return trees_.back().get();
  }

  void add_source(std::vector<CopySource>& sources, SourceTree* tree, const std::string& pattern) {
    if (!op_.unpack_local) {
      sources.push_back({tree, pattern});
      return;
    }
    const std::vector<std::string> paths = match_paths(*tree, clean(pattern));
    if (paths.empty()) fail_missing(*tree, pattern);
    for (const std::string& path : paths) {
      const auto file = tree->find(resolve(*tree, path));
      if (file && file->type == EntryType::file && is_archive(*tree, *file)) {
        unpack(sources, *tree->open(*file), path);
      } else {
        sources.push_back({tree, path, false, true});
      }
    }
  }

  void add_remote(std::vector<CopySource>& sources, const RemoteFile& remote) {
    auto tree = std::make_unique<FetchTree>(workshop_, remote, op_.destination);
    SourceTree& fetched = *tree;
    const std::string name = tree->file_name();
    trees_.push_back(std::move(tree));
    const auto file = fetched.find(name);
    if (op_.unpack_remote && is_archive(fetched, *file)) {
      unpack(sources, *fetched.open(*file), name);
    } else {
      sources.push_back({&fetched, name, false, true});
    }
  }

  void add_repository(std::vector<CopySource>& sources, std::size_t index) {
    auto tree =
        std::make_unique<RepositoryTree>(workshop_, op_.repositories[index], commits_[index]);
    sources.push_back({tree.get(), tree->start(), false, true});
    trees_.push_back(std::move(tree));
  }

  void unpack(std::vector<CopySource>& sources, lade::Source& archive, const std::string& name) {
    trees_.push_back(std::make_unique<ArchiveTree>(archive, name, *workshop_.store));
    sources.push_back({trees_.back().get(), "", true});
  }

  static std::string clean(const std::string& pattern) {
    std::string_view text = pattern;
    while (text.starts_with('/') || text.starts_with("./")) {
      text.remove_prefix(text.front() == '/' ? 1 : 2);
    }
    return text == "." ? std::string() : std::string(text);
  }

  CopyOwner owner() const {
    if (!op_.chown.empty()) {
      const FileOwner owner =
          find_owner(workshop_, op_.link ? std::vector<LayerRef>{} : base_.layers, op_.chown);
      return {owner.uid, owner.gid, false};
    }
    const bool unpacks = op_.unpack_local || op_.unpack_remote;
    return {0, 0, op_.from.has_value() || unpacks};
  }

  /// With an epoch every time that comes from a checkout or a clock is the epoch; times out of
  /// layers are only cut to it.
  void fix_times() {
    if (!workshop_.epoch) return;
    for (CopyItem& item : items_) {
      const bool from_layer = op_.from || item.inherited;
      if (!from_layer || item.entry.mtime > *workshop_.epoch) item.entry.mtime = *workshop_.epoch;
    }
  }

  /// A file that changed after the plan was made must not be found under the plan's key.
  void require_planned(const Toc& toc) const {
    for (const CopyItem& item : items_) {
      if (!item.content) continue;
      const auto written = toc.find(item.entry.path);
      if (written && std::ranges::equal(written->content_hash, item.content->hash())) continue;
      fail(ErrorKind::conflict, "{} in {} changed while it was copied", item.source->path,
           item.tree->name());
    }
  }

  void write(LayerWriter& writer, const CopyItem& item, ProgressTask& progress) const {
    workshop_.require_going_on();
    if (!item.source) {
      writer.add(item.entry);
      return;
    }
    const auto data = item.tree->open(*item.source);
    writer.add(item.entry, *data);
    progress.advance(item.entry.size_bytes);
  }

  Workshop& workshop_;
  const CopyOp& op_;
  StepInput base_;
  StepInput from_;
  std::vector<std::unique_ptr<SourceTree>> trees_;
  std::vector<CopyItem> items_;
  std::vector<RepositoryCommit> commits_;
};

/// WORKDIR: makes the directories that are missing.
class DirStep final : public Step {
 public:
  DirStep(Workshop& workshop, const MakeDirOp& op, const StepInput& base)
      : workshop_(workshop), op_(op), base_(base) {}

  std::string key() override {
    const MergedTree tree = workshop_.tree(base_.layers);
    const std::string path = tree.resolve(normalize_layer_path(op_.path));
    if (const auto there = tree.find(path)) {
      if (there->entry.type != EntryType::directory) {
        fail(ErrorKind::invalid, "WORKDIR {}: /{} is a {}", op_.path, path,
             to_string(there->entry.type));
      }
      return "dir 1 exists";
    }
    ResolvedUser owner;
    if (!op_.user.empty()) owner = find_user(workshop_, base_.layers, op_.user);
    // planned as a copy of nothing: that brings the parents along
    plan(tree, path, owner);
    return fmt::format("dir 1 {} {} {}", copy_key(items_, workshop_.epoch.has_value()).str(),
                       workshop_.layer_type, workshop_.epoch ? to_rfc3339(*workshop_.epoch) : "-");
  }

  std::vector<LayerRef> execute(ProgressTask&) override {
    auto layer = write_layer(workshop_, [&](LayerWriter& writer) {
      for (const CopyItem& item : items_) writer.add(item.entry);
    });
    if (!layer) return {};
    return {*layer};
  }

 private:
  void plan(const MergedTree& tree, const std::string& path, const ResolvedUser& owner) {
    CopyOp copy;
    copy.destination = "/" + path + "/";
    InlineTree empty({}, workshop_.now);
    items_ = plan_copy(copy, {{&empty, "."}}, {owner.uid, owner.gid, false}, tree,
                       workshop_.epoch.value_or(workshop_.now));
    if (!workshop_.epoch) return;
    for (CopyItem& item : items_) {
      if (!item.inherited || item.entry.mtime > *workshop_.epoch) {
        item.entry.mtime = *workshop_.epoch;
      }
    }
  }

  Workshop& workshop_;
  const MakeDirOp& op_;
  StepInput base_;
  std::vector<CopyItem> items_;
};

}  // namespace

std::unique_ptr<Step> make_copy_step(Workshop& workshop, const CopyOp& op, const StepInput& base,
                                     const StepInput* from) {
  return std::make_unique<CopyStep>(workshop, op, base, from);
}

std::unique_ptr<Step> make_dir_step(Workshop& workshop, const MakeDirOp& op,
                                    const StepInput& base) {
  return std::make_unique<DirStep>(workshop, op, base);
}

}  // namespace lade::builder

// Names and what is behind them are kept apart, as in a file system: a hard link is a second name
// of an inode. So a link keeps its contents when the name it was made from is replaced later, and
// only at the end one of the names of an inode becomes the entry that has the contents.
#include "libimage/layer/toc_builder.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <vector>

#include "libimage/archive/tar_reader.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_nodes.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/toc_encoder.h"
#include "libimage/layer/whiteout.h"
#include "libimage/oci/hasher.h"
#include "libimage/stream/digester.h"

namespace lade {
namespace {

constexpr std::size_t link_limit_bytes = 4096;

/// What a name stands for: a member without its name.
struct Inode {
  EntryType type = EntryType::file;
  std::uint32_t mode = 0, uid = 0, gid = 0;
  Timestamp mtime;
  std::uint64_t size_bytes = 0;
  std::string link_target;
  std::uint32_t device_major = 0, device_minor = 0;
  std::string encoded_xattrs;
  std::optional<Digest> content;
  std::optional<std::uint64_t> data_offset;
  std::string first_name;       ///< the name it came under
  std::string_view owner_name;  ///< the name that has the contents in the end
};

Inode make_inode(const Entry& entry, const std::string& path) {
  return Inode{.type = entry.type,
               .mode = entry.mode & 07777,
               .uid = entry.uid,
               .gid = entry.gid,
               .mtime = entry.mtime,
               .size_bytes = entry.type == EntryType::file ? entry.size_bytes : 0,
               .link_target = {},
               .device_major = entry.device_major,
               .device_minor = entry.device_minor,
               .encoded_xattrs = encode_xattrs(entry.xattrs),
               .content = {},
               .data_offset = {},
               .first_name = path,
               .owner_name = {}};
}

/// Of an inode with contents or an outside target, as its owner shows it.
TocEntry toc_entry(std::string_view path, const LayerNode& node, const Inode& inode) {
  TocEntry entry;
  entry.path = path;
  entry.type = inode.type;
  entry.opaque = node.opaque;
  entry.link_below = inode.type == EntryType::hardlink;
  entry.mode = inode.mode;
  entry.uid = inode.uid;
  entry.gid = inode.gid;
  entry.mtime = inode.mtime;
  entry.size_bytes = inode.size_bytes;
  entry.link_target = inode.link_target;
  entry.device_major = inode.device_major;
  entry.device_minor = inode.device_minor;
  if (inode.content) entry.content_hash = inode.content->hash();
  entry.data_offset = inode.data_offset;
  entry.encoded_xattrs = inode.encoded_xattrs;
  return entry;
}

TocEntry implied_entry(std::string_view path, const LayerNode& node) {
  TocEntry entry;
  entry.path = path;
  entry.type = node.whiteout ? EntryType::file : EntryType::directory;
  entry.whiteout = node.whiteout;
  entry.opaque = node.opaque;
  entry.implied = node.implied;
  entry.mode = node.whiteout ? 0 : 0755;
  return entry;
}

/// Whoever asked for the layer did nothing wrong where a member breaks a rule, its author did.
template <class Step>
void obey(const std::string& what, const Step& step) {
  try {
    step();
  } catch (const Error& error) {
    const bool is_wrong = error.kind() == ErrorKind::invalid;
    fail(is_wrong ? ErrorKind::corrupt : error.kind(), "{}: {}", what, error.message());
  }
}

}  // namespace

struct TocBuilder::State {
  LayerNodes nodes;
  std::deque<Inode> inodes;

  void add_member(const std::string& path, const Entry& entry, const std::optional<Digest>& content,
                  std::optional<std::uint64_t> data_offset);
  void add_hard_link(const std::string& path, const Entry& entry);
  std::uint32_t keep(Inode inode) {
    inodes.push_back(std::move(inode));
    return static_cast<std::uint32_t>(inodes.size() - 1);
  }
};

void TocBuilder::State::add_hard_link(const std::string& path, const Entry& entry) {
  const std::string target = nodes.place(normalize_layer_path(entry.link_target));
  const LayerNode* node = nodes.find_present(target);
  if (target.empty() || (node != nullptr && node->type == EntryType::directory)) {
    fail(ErrorKind::invalid, "the hard link {} leads to the directory {}", printable(path),
         printable(target.empty() ? "/" : target));
  }
  if (target == path) {
    fail(ErrorKind::invalid, "the hard link {} leads to itself", printable(path));
  }
  if (node != nullptr) {
    // a second name; the strings are copied because `put` may move the node away
    const LayerNode found = *node;
    nodes.put(path, found.type, found.inode, found.link_text);
    return;
  }
  Inode inode = make_inode(entry, path);
  inode.link_target = target;
  nodes.put(path, EntryType::hardlink, keep(std::move(inode)));
}

void TocBuilder::State::add_member(const std::string& path, const Entry& entry,
                                   const std::optional<Digest>& content,
                                   std::optional<std::uint64_t> data_offset) {
  if (entry.link_target.size() > link_limit_bytes) {
    fail(ErrorKind::invalid, "the link {} has a target of {} bytes, {} are allowed",
         printable(path), entry.link_target.size(), link_limit_bytes);
  }
  if (entry.link_target.find('\0') != std::string::npos) {
    fail(ErrorKind::invalid, "the link {} has a NUL byte in its target", printable(path));
  }
  if (path.empty() && entry.type != EntryType::directory) {
    fail(ErrorKind::invalid, "the root of a layer is a {}, not a directory", to_string(entry.type));
  }
  if (entry.type == EntryType::hardlink) return add_hard_link(path, entry);
  Inode inode = make_inode(entry, path);
  if (entry.type == EntryType::symlink) inode.link_target = entry.link_target;
  if (entry.type == EntryType::file) {
    inode.content = content;
    inode.data_offset = data_offset;
  }
  nodes.put(
      path, entry.type, keep(std::move(inode)),
      entry.type == EntryType::symlink ? std::string_view(entry.link_target) : std::string_view());
}

TocBuilder::TocBuilder() : state_(std::make_unique<State>()) {}
TocBuilder::TocBuilder(TocBuilder&&) noexcept = default;
TocBuilder::~TocBuilder() = default;

void TocBuilder::add(const Entry& entry, const std::optional<Digest>& content,
                     std::optional<std::uint64_t> data_offset) {
  const std::string name = normalize_layer_path(entry.path);
  const auto mark = parse_whiteout(name);
  if (!mark) {
    state_->add_member(state_->nodes.place(name), entry, content, data_offset);
    return;
  }
  switch (mark->kind) {
    case Whiteout::Kind::remove:
      state_->nodes.whiteout(state_->nodes.place(mark->path));
      return;
    case Whiteout::Kind::opaque:
      state_->nodes.opaque(std::string(parent_path(state_->nodes.place(name))));
      return;
    case Whiteout::Kind::reserved:
      return;
  }
}

std::string TocBuilder::place(const Entry& entry) const {
  return state_->nodes.place(normalize_layer_path(entry.path));
}

std::shared_ptr<const Toc> TocBuilder::finish(const Digest& diff_id, std::uint64_t tar_bytes) {
  std::deque<Inode>& inodes = state_->inodes;
  for (const auto& [path, node] : state_->nodes.map()) {
    if (node.whiteout || node.implied) continue;
    Inode& inode = inodes[node.inode];
    if (inode.owner_name.empty() || path == inode.first_name) inode.owner_name = path;
  }
  std::vector<TocEntry> entries;
  entries.reserve(state_->nodes.map().size());
  for (const auto& [path, node] : state_->nodes.map()) {
    if (node.whiteout || node.implied) {
      entries.push_back(implied_entry(path, node));
      continue;
    }
    const Inode& inode = inodes[node.inode];
    TocEntry& entry = entries.emplace_back(toc_entry(path, node, inode));
    if (inode.type == EntryType::file && path != inode.owner_name) {
      entry.type = EntryType::hardlink;
      entry.link_target = inode.owner_name;
    }
  }
  return Toc::from_bytes(encode_toc(entries, diff_id, tar_bytes), "the index of a layer");
}

void visit_layer(Source& tar, const std::string& what, LayerVisitor& visitor) {
  TarReader reader(tar, what);
  TocBuilder builder;
  std::vector<std::byte> buffer(256U << 10U);
  while (auto entry = reader.next()) {
    obey(what, [&] { entry->path = builder.place(*entry); });
    if (visitor.begin_at(*entry, reader.data_offset()) && entry->type == EntryType::file) {
      Source& data = reader.data();
      while (const std::size_t got = data.read(buffer)) {
        if (!visitor.write(std::span(buffer).first(got))) break;
      }
      visitor.end();
    }
    obey(what, [&] { builder.add(*entry, std::nullopt, std::nullopt); });
  }
  reader.drain();
}

std::shared_ptr<const Toc> index_layer(Source& tar, const std::string& what,
                                       LayerVisitor* visitor) {
  DigestSource digested(tar);
  TarReader reader(digested, what);
  TocBuilder builder;
  Hasher hasher;
  std::vector<std::byte> buffer(256U << 10U);
  while (auto entry = reader.next()) {
    const auto data_offset = reader.data_offset();
    std::optional<Digest> content;
    obey(what, [&] { entry->path = builder.place(*entry); });
    bool shown = visitor != nullptr && visitor->begin_at(*entry, data_offset);
    if (entry->type == EntryType::file) {
      const bool ends = shown;
      Source& data = reader.data();
      while (const std::size_t got = data.read(buffer)) {
        const auto bytes = std::span(buffer).first(got);
        hasher.update(bytes);
        shown = shown && visitor->write(bytes);
      }
      content = hasher.finish();
      if (ends) visitor->end();
    }
    obey(what, [&] { builder.add(*entry, content, data_offset); });
  }
  reader.drain();
  return builder.finish(digested.digest(), digested.size_bytes());
}

}  // namespace lade

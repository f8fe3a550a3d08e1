#include "builder/exec/archive_tree.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "libimage/archive/tar_reader.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "libimage/oci/hasher.h"
#include "libimage/stream/cancellable.h"
#include "libimage/stream/codec.h"
#include "libimage/stream/digester.h"

namespace lade::builder {
namespace {

constexpr std::size_t block_bytes = 512;

/// A tar header's checksum: the sum of its bytes, the checksum field itself as blanks.
bool is_tar_header(std::span<const std::byte> block) {
  if (block.size() < block_bytes) return false;
  unsigned sum = 0;
  for (std::size_t i = 0; i < block_bytes; ++i) {
    sum += i >= 148 && i < 156 ? unsigned{' '} : std::to_integer<unsigned>(block[i]);
  }
  unsigned stated = 0;
  bool digits = false;
  for (std::size_t i = 148; i < 156; ++i) {
    const char c = static_cast<char>(block[i]);
    if (c >= '0' && c <= '7') {
      stated = stated * 8 + static_cast<unsigned>(c - '0');
      digits = true;
    } else if (digits) {
      break;
    }
  }
  return digits && sum == stated && sum != block_bytes;
}

/// How a compressed stream begins, past the few bytes that a text might begin with too ("BZh").
bool begins_as(Compression compression, std::string_view head) {
  switch (compression) {
    case Compression::gzip:
      return head.substr(2, 1) == "\x08";  // deflate, the one method there is
    case Compression::bzip2: {
      const bool has_level = head.size() < 4 || (head[3] >= '1' && head[3] <= '9');
      const std::string_view block = head.substr(std::min<std::size_t>(head.size(), 4));
      constexpr std::string_view first = "1AY&SY";
      constexpr std::string_view none = "\x17\x72\x45\x38\x50\x90";
      return has_level && (first.starts_with(block) || none.starts_with(block));
    }
    case Compression::none:
      return false;
    default:
      return true;
  }
}

}  // namespace

bool is_archive(SourceTree& tree, const Entry& file) {
  std::array<std::byte, 10> head;
  const std::size_t count = read_full(*tree.open(file), head);
  const std::string_view seen = as_text(std::span(head).first(count));
  const Compression compression = sniff(std::span(head).first(count));
  try {
    const auto unpacked = open_sniffed(tree.open(file));
    std::vector<std::byte> block(block_bytes);
    return read_full(*unpacked, block) == block_bytes && is_tar_header(block);
  } catch (Error& error) {
    if (error.kind() == ErrorKind::unsupported) return false;
    if (error.kind() != ErrorKind::corrupt) throw;
    if (!begins_as(compression, seen)) return false;
    error.add_context(fmt::format(
        "{} in {} begins as a {} stream and cannot be unpacked (COPY takes it as it is)",
        printable(file.path), tree.name(), to_string(compression)));
    throw;
  }
}

ArchiveTree::ArchiveTree(lade::Source& archive, const std::string& name, Store& store)
    : name_(name), directory_(TempDir::adopt(store.make_work_dir("add"))) {
  // a non-owning shim: the decoder wants to own what it reads
  struct Borrowed final : lade::Source {
    explicit Borrowed(lade::Source& source) : inner(source) {}
    std::size_t read(std::span<std::byte> buffer) override { return inner.read(buffer); }
    lade::Source& inner;
  };
  const ExpansionLimit& limit = store.limits().expansion;
  const auto unpacked =
      open_sniffed(cancellable(std::make_unique<Borrowed>(archive), store.limits().cancel), limit);
  spool_ = open_fd(directory_.path() + "/contents", O_RDWR | O_CREAT | O_EXCL, 0600);
  FdSink spool(spool_.get(), "the unpacked " + name);
  TarReader reader(*unpacked, name);
  std::map<std::string, Member, PathLess> members;
  std::uint64_t offset = 0;
  std::size_t files = 0;
  while (auto entry = reader.next()) {
    Member member;
    const std::string path = normalize_layer_path(entry->path);
    if (path.empty()) continue;
    member.entry = *std::move(entry);
    member.entry.path = path;
    if (member.entry.type == EntryType::file) {
      DigestSink sink(&spool);
      // holes of sparse files are written out: they count as what is unpacked
      if (member.entry.size_bytes > limit.max_bytes - offset) {
        fail(ErrorKind::invalid,
             "{}: the files unpack to more than {} bytes; --max-layer-size raises the limit", name,
             limit.max_bytes);
      }
      const std::uint64_t size = copy(reader.data(), sink);
      member.entry.size_bytes = size;
      member.offset = offset;
      member.content = sink.digest();
      member.file_number = ++files;
      offset += size;
    } else if (member.entry.type == EntryType::hardlink) {
      const auto target = members.find(normalize_layer_path(member.entry.link_target));
      if (target == members.end() || target->second.entry.type != EntryType::file) {
        fail(ErrorKind::invalid, "{}: the hard link {} leads to {}, which is no file before it",
             name, path, member.entry.link_target);
      }
      member.entry.type = EntryType::file;
      member.entry.link_target.clear();
      member.entry.size_bytes = target->second.entry.size_bytes;
      member.offset = target->second.offset;
      member.content = target->second.content;
      member.file_number = target->second.file_number;
    }
    members.insert_or_assign(path, std::move(member));
  }
  for (auto& [path, member] : members) add(std::move(member));
}

/// In order; directories that the archive does not name come in as they are needed.
void ArchiveTree::add(Member member) {
  std::vector<std::string> missing;
  for (std::string_view up = parent_path(member.entry.path); !up.empty(); up = parent_path(up)) {
    const auto there = find(up);
    if (!there) {
      missing.emplace_back(up);
      continue;
    }
    if (there->type == EntryType::directory) break;
    fail(ErrorKind::invalid, "{}: {} lies in {}, which is a {}", name_,
         printable(member.entry.path), printable(up), to_string(there->type));
  }
  for (auto path = missing.rbegin(); path != missing.rend(); ++path) {
    Member parent;
    parent.entry.path = *path;
    parent.entry.type = EntryType::directory;
    parent.entry.mode = 0755;
    parent.entry.mtime = member.entry.mtime;
    members_.push_back(std::move(parent));
  }
  members_.push_back(std::move(member));
}

const ArchiveTree::Member& ArchiveTree::member(std::string_view path) const {
  const auto at = std::lower_bound(
      members_.begin(), members_.end(), path,
      [](const Member& m, auto wanted) { return path_less(m.entry.path, wanted); });
  if (at == members_.end() || at->entry.path != path) {
    fail(ErrorKind::internal, "{} holds no {}", name_, path);
  }
  return *at;
}

std::optional<Entry> ArchiveTree::find(std::string_view path) {
  if (path.empty()) {
    Entry root;
    root.type = EntryType::directory;
    root.mode = 0755;
    return root;
  }
  const auto at = std::lower_bound(
      members_.begin(), members_.end(), path,
      [](const Member& m, auto wanted) { return path_less(m.entry.path, wanted); });
  if (at == members_.end() || at->entry.path != path) return std::nullopt;
  return at->entry;
}

std::vector<Entry> ArchiveTree::list(std::string_view directory) {
  std::vector<Entry> entries;
  const auto first = directory.empty()
                         ? members_.begin()
                         : std::upper_bound(members_.begin(), members_.end(), directory,
                                            [](auto wanted, const Member& m) {
                                              return path_less(wanted, m.entry.path);
                                            });
  for (auto at = first; at != members_.end(); ++at) {
    if (!directory.empty() && !is_below(at->entry.path, directory)) break;
    if (parent_path(at->entry.path) == directory) entries.push_back(at->entry);
  }
  return entries;
}

std::vector<Digest> ArchiveTree::hash(std::span<const Entry> files) {
  std::vector<Digest> digests;
  for (const Entry& file : files) digests.push_back(*member(file.path).content);
  return digests;
}

std::string ArchiveTree::identity(const Entry& file) {
  return std::to_string(member(file.path).file_number);
}

std::unique_ptr<lade::Source> ArchiveTree::open(const Entry& file) {
  return std::make_unique<RangeSource>(spool_.get(), member(file.path).offset, file.size_bytes,
                                       file.path);
}

}  // namespace lade::builder

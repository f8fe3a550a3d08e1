#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/image_layers.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/output/table.h"
#include "cmd/platform_flags.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"

namespace lade::cmd {
namespace {

struct LsFlags {
  std::string image;
  std::string path;
  bool long_format = false;
  bool recursive = false;
  std::string format;
  PlatformFlags platform;
};

char type_letter(EntryType type) {
  switch (type) {
    case EntryType::directory:
      return 'd';
    case EntryType::symlink:
      return 'l';
    case EntryType::char_device:
      return 'c';
    case EntryType::block_device:
      return 'b';
    case EntryType::fifo:
      return 'p';
    default:
      return '-';
  }
}

/// "drwxr-sr-t" as ls writes it.
std::string mode_text(const TocEntry& entry) {
  std::string text(1, type_letter(entry.type));
  for (unsigned bit = 9; bit-- > 0;) {
    text += (entry.mode >> bit & 1U) != 0 ? "xwr"[bit % 3] : '-';
  }
  const auto mark = [&](unsigned flag, std::size_t at, char with, char without) {
    if ((entry.mode & flag) != 0) text[at] = text[at] == 'x' ? with : without;
  };
  mark(04000, 3, 's', 'S');
  mark(02000, 6, 's', 'S');
  mark(01000, 9, 't', 'T');
  return text;
}

std::string shown_name(const TreeEntry& shown, const LsFlags& flags) {
  const std::string_view path = shown.entry.path;
  return std::string(flags.recursive || path.empty() ? path : base_name(path));
}

Json record_of(const TreeEntry& shown) {
  const TocEntry& entry = shown.entry;
  Json record = {{"path", "/" + std::string(entry.path)},
                 {"type", to_string(entry.type)},
                 {"mode", fmt::format("{:04o}", entry.mode)},
                 {"uid", entry.uid},
                 {"gid", entry.gid},
                 {"mtime", to_rfc3339(entry.mtime)},
                 {"sizeBytes", entry.size_bytes},
                 {"layer", shown.layer + 1}};
  if (!entry.link_target.empty()) record["linkTarget"] = entry.link_target;
  if (!entry.content_hash.empty()) {
    record["digest"] = Digest::of_hash(HashAlgorithm::sha256, entry.content_hash).str();
  }
  return record;
}

std::vector<std::string> cells_of(const TreeEntry& shown, const LsFlags& flags) {
  const TocEntry& entry = shown.entry;
  std::string name = shown_name(shown, flags);
  if (entry.type == EntryType::symlink) name += " -> " + std::string(entry.link_target);
  if (entry.type == EntryType::hardlink) name += " link to " + std::string(entry.link_target);
  const bool device = entry.type == EntryType::char_device || entry.type == EntryType::block_device;
  return {mode_text(entry), fmt::format("{}:{}", entry.uid, entry.gid),
          device ? fmt::format("{}, {}", entry.device_major, entry.device_minor)
                 : std::to_string(entry.size_bytes),
          to_rfc3339({entry.mtime.seconds, 0}), std::move(name)};
}

std::vector<TreeEntry> select(const MergedTree& tree, const LsFlags& flags) {
  const std::string path = tree.resolve(normalize_layer_path(flags.path), !flags.long_format);
  const auto found = tree.find(path);
  if (!found) {
    fail(ErrorKind::not_found, "there is no {} in {}", printable(flags.path),
         printable(flags.image));
  }
  if (found->entry.type != EntryType::directory) return {*found};
  if (!flags.recursive) return tree.list(path);
  std::vector<TreeEntry> entries;
  tree.walk(path, [&](const TreeEntry& entry) {
    entries.push_back(entry);
    return true;
  });
  return entries;
}

void run(Session& session, const LsFlags& flags) {
  const ImageLayers layers(session, flags.image, flags.platform.wanted());
  Listing listing{"entries", "{{.path}}"};
  Table table;
  table.align_right(2);
  std::string names;
  for (const TreeEntry& shown : select(layers.tree(), flags)) {
    if (!flags.format.empty()) {
      listing.rows.push_back(record_of(shown));
    } else if (flags.long_format) {
      table.add(cells_of(shown, flags));
    } else {
      names += printable(shown_name(shown, flags)) + "\n";
    }
  }
  if (!flags.format.empty()) names = format_listing(listing, flags.format);
  session.print(flags.long_format && flags.format.empty() ? table.text() : names);
}

}  // namespace

void declare_ls(CLI::App& app, Session& session) {
  explain(app,
          "Lists the files that an image's layers show together. Of an image in the store the "
          "answer comes from the layers' indexes and nothing is unpacked; others are read once.",
          "  lade ls alpine:3.18 /etc\n"
          "  lade ls -lR app:latest /usr/local\n"
          "  lade ls -R --format json docker-archive:app.tar");
  const auto flags = std::make_shared<LsFlags>();
  app.add_option("IMAGE", flags->image, "An image, of any transport")->required();
  app.add_option("PATH", flags->path, "A directory or file in it; by default the root");
  app.add_flag("-l", flags->long_format, "With mode, owner, size and time");
  app.add_flag("-R,--recursive", flags->recursive, "With everything below");
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  flags->platform.add_to(app);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd

#include "tests/support/tar_builder.h"

#include <fmt/format.h>

#include <utility>

#include "libimage/archive/pax_records.h"
#include "libimage/archive/tar_writer.h"
#include "libimage/archive/ustar.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"

namespace lade {
namespace {

constexpr Timestamp default_mtime{1'000'000'000, 0};

Entry named(std::string path, EntryType type, std::uint32_t mode) {
  Entry entry;
  entry.path = std::move(path);
  entry.type = type;
  entry.mode = mode;
  entry.mtime = default_mtime;
  return entry;
}

}  // namespace

TarBuilder& TarBuilder::file(std::string path, std::string contents, std::uint32_t mode) {
  return entry(named(std::move(path), EntryType::file, mode), std::move(contents));
}

TarBuilder& TarBuilder::dir(std::string path, std::uint32_t mode) {
  return entry(named(std::move(path), EntryType::directory, mode));
}

TarBuilder& TarBuilder::symlink(std::string path, std::string target) {
  Entry made = named(std::move(path), EntryType::symlink, 0777);
  made.link_target = std::move(target);
  return entry(std::move(made));
}

TarBuilder& TarBuilder::hardlink(std::string path, std::string target) {
  Entry made = named(std::move(path), EntryType::hardlink, 0644);
  made.link_target = std::move(target);
  return entry(std::move(made));
}

TarBuilder& TarBuilder::device(std::string path, EntryType type, std::uint32_t major,
                               std::uint32_t minor) {
  Entry made = named(std::move(path), type, 0600);
  made.device_major = major;
  made.device_minor = minor;
  return entry(std::move(made));
}

TarBuilder& TarBuilder::fifo(std::string path) {
  return entry(named(std::move(path), EntryType::fifo, 0644));
}

TarBuilder& TarBuilder::whiteout(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t base = slash == std::string_view::npos ? 0 : slash + 1;
  return file(fmt::format("{}.wh.{}", path.substr(0, base), path.substr(base)));
}

TarBuilder& TarBuilder::opaque(std::string_view directory) {
  return file(join_path(directory, ".wh..wh..opq"));
}

TarBuilder& TarBuilder::entry(Entry entry, std::string contents) {
  entry.size_bytes = contents.size();
  parts_.emplace_back(Member{std::move(entry), std::move(contents)});
  return *this;
}

TarBuilder::Member& TarBuilder::last() {
  if (parts_.empty() || !std::holds_alternative<Member>(parts_.back())) {
    fail(ErrorKind::internal, "TarBuilder: there is no member to change");
  }
  return std::get<Member>(parts_.back());
}

TarBuilder& TarBuilder::mode(std::uint32_t mode) {
  last().entry.mode = mode;
  return *this;
}

TarBuilder& TarBuilder::owner(std::uint32_t uid, std::uint32_t gid) {
  last().entry.uid = uid;
  last().entry.gid = gid;
  return *this;
}

TarBuilder& TarBuilder::owner_names(std::string user, std::string group) {
  last().entry.user_name = std::move(user);
  last().entry.group_name = std::move(group);
  return *this;
}

TarBuilder& TarBuilder::mtime(Timestamp time) {
  last().entry.mtime = time;
  return *this;
}

TarBuilder& TarBuilder::xattr(const std::string& name, std::string value) {
  last().entry.xattrs[name] = std::move(value);
  return *this;
}

TarBuilder& TarBuilder::raw_header(const RawHeader& header) {
  ustar::Block block{};
  ustar::put_text(block, ustar::name, header.name);
  ustar::put_text(block, ustar::mode, header.mode);
  ustar::put_text(block, ustar::uid, header.uid);
  ustar::put_text(block, ustar::gid, header.gid);
  ustar::put_text(block, ustar::size, header.size);
  ustar::put_text(block, ustar::mtime, header.mtime);
  ustar::put_text(block, ustar::link, header.link);
  ustar::put_text(block, ustar::magic, header.magic);
  ustar::put_text(block, ustar::device_major, header.device_major);
  ustar::put_text(block, ustar::device_minor, header.device_minor);
  ustar::put_text(block, ustar::prefix, header.prefix);
  if (!header.tail.empty()) ustar::put_text(block, {345, 167}, header.tail);
  block[ustar::type.offset] = header.type;
  ustar::seal(block);
  if (!header.good_checksum) block[ustar::checksum.offset + 2] ^= 1;
  return raw(std::string_view(block.data(), block.size()));
}

TarBuilder& TarBuilder::raw_pax(std::string_view records, char type) {
  raw_header({.name = "PaxHeader", .type = type, .size = octal(records.size())});
  return raw_body(records);
}

TarBuilder& TarBuilder::raw_body(std::string_view bytes) {
  raw(bytes);
  return raw(std::string(ustar::padding_bytes(bytes.size()), '\0'));
}

TarBuilder& TarBuilder::raw(std::string_view bytes) {
  parts_.emplace_back(std::string(bytes));
  return *this;
}

std::string TarBuilder::bytes() const { return build(true); }
std::string TarBuilder::unfinished() const { return build(false); }

std::string TarBuilder::build(bool finish) const {
  StringSink sink;
  TarWriter writer(sink);
  for (const auto& part : parts_) {
    if (const auto* bytes = std::get_if<std::string>(&part)) {
      sink.write(std::string_view(*bytes));
    } else {
      const auto& member = std::get<Member>(part);
      MemorySource contents(member.contents);
      writer.add(member.entry, contents);
    }
  }
  if (finish) writer.finish();
  return sink.take();
}

std::string pax_record(std::string_view keyword, std::string_view value) {
  return encode_pax({{std::string(keyword), std::string(value)}});
}

std::string octal(std::uint64_t value, int digits) { return fmt::format("{:0{}o}", value, digits); }

std::string base256(std::uint64_t value) {
  std::string field(12, '\0');
  field[0] = static_cast<char>(0x80);
  for (std::size_t i = 12; i-- > 4; value >>= 8U) field[i] = static_cast<char>(value & 0xffU);
  return field;
}

}  // namespace lade

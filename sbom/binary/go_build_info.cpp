#include "sbom/binary/go_build_info.h"

#include <elf.h>

#include <algorithm>
#include <cstring>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "sbom/binary/elf_notes.h"

// debug/buildinfo of Go's library: 14 bytes of magic at an address divisible by 16, the size of a
// pointer, flags. Since Go 1.18 (flag 2) the two texts follow at 32, each behind its length as a
// varint. Before, two pointers follow at 16, each to a string header (pointer, length), in the
// byte order of flag 1. The module text stands between two sentinels of 16 bytes, by which it can
// be found in memory.
namespace lade::sbom {
namespace {

constexpr std::string_view info_magic = "\xff Go buildinf:";
constexpr std::uint64_t info_align = 16;
constexpr std::uint64_t info_bytes = 32;
constexpr unsigned flag_big_endian = 1;
constexpr unsigned flag_inline = 2;
constexpr std::size_t sentinel_bytes = 16;
/// The longest version and module text that are believed; real ones have 10 and 200,000 bytes.
constexpr std::uint64_t version_limit = 256;
constexpr std::uint64_t modules_limit = std::uint64_t{8} << 20U;
/// How much writable data is searched where no section says where to look.
constexpr std::size_t search_limit = std::size_t{64} << 20U;

struct InfoPlace {
  std::span<const std::byte> bytes{};  ///< from the magic on
};

std::optional<InfoPlace> find_magic(std::span<const std::byte> bytes) {
  bytes = bytes.first(std::min(bytes.size(), search_limit));
  const std::byte* from = bytes.data();
  std::size_t left = bytes.size();
  while (left >= info_bytes) {
    const void* hit = memmem(from, left, info_magic.data(), info_magic.size());
    if (hit == nullptr) break;
    const auto at = static_cast<std::size_t>(static_cast<const std::byte*>(hit) - bytes.data());
    if (at % info_align == 0 && bytes.size() - at >= info_bytes)
      return InfoPlace{bytes.subspan(at)};
    from = bytes.data() + at + 1;
    left = bytes.size() - at - 1;
  }
  return std::nullopt;
}

std::optional<InfoPlace> find_place(const ElfFile& file) {
  if (const ElfSection* section = file.find_section(".go.buildinfo")) {
    const std::span<const std::byte> bytes = file.content(*section);
    if (const auto place = find_magic(bytes)) return place;
  }
  // a file that has sections, none of them Go's, is not searched: that is most of them
  if (!file.sections().empty() && !is_go_program(file)) return std::nullopt;
  for (const ElfSegment& segment : file.segments()) {
    if (segment.type != PT_LOAD || (segment.flags & PF_W) == 0) continue;
    if (const auto place = find_magic(file.content(segment))) return place;
  }
  return std::nullopt;
}

[[noreturn]] void fail_text(std::string_view text, std::uint64_t size_bytes) {
  fail(ErrorKind::corrupt,
       "Go build information: the {} of {} bytes is not in the file or too long", text, size_bytes);
}

/// Takes a length and as many bytes off the front.
std::string_view take_inline(std::span<const std::byte>& rest, std::string_view what,
                             std::uint64_t limit) {
  std::uint64_t length = 0;
  constexpr unsigned most_bits = 63;
  for (unsigned shift = 0;; shift += 7) {
    if (rest.empty() || shift > most_bits - 7) fail_text(what, length);
    const auto digit = std::to_integer<std::uint64_t>(rest.front());
    rest = rest.subspan(1);
    length |= (digit & 0x7fU) << shift;
    if ((digit & 0x80U) == 0) break;
  }
  if (length > limit || length > rest.size()) fail_text(what, length);
  const std::string_view text = as_text(rest.first(static_cast<std::size_t>(length)));
  rest = rest.subspan(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::uint64_t> pointer_at(const EndianView& view, std::uint64_t offset,
                                        std::uint64_t width) {
  if (width == sizeof(std::uint64_t)) return view.find<std::uint64_t>(offset);
  return view.find<std::uint32_t>(offset);
}

/// The text that the string header at a virtual address tells of; empty for the null pointer.
std::string_view string_at(const ElfFile& file, std::uint64_t address, bool big_endian,
                           std::uint64_t width, std::string_view what, std::uint64_t limit) {
  if (address == 0) return {};
  const EndianView header(file.at_address(address), big_endian);
  const auto data = pointer_at(header, 0, width);
  const auto length = pointer_at(header, width, width);
  if (!data || !length) fail_text(what, 0);
  if (*length == 0) return {};
  const std::span<const std::byte> bytes = file.at_address(*data);
  if (*length > limit || *length > bytes.size()) fail_text(what, *length);
  return as_text(bytes.first(static_cast<std::size_t>(*length)));
}

std::string_view without_sentinels(std::string_view modules) {
  const bool framed =
      modules.size() > 2 * sentinel_bytes && modules[modules.size() - sentinel_bytes - 1] == '\n';
  return framed ? modules.substr(sentinel_bytes, modules.size() - 2 * sentinel_bytes)
                : std::string_view{};
}

}  // namespace

bool is_go_program(const ElfFile& file) {
  for (const ElfSection& section : file.sections()) {
    if (section.name == ".go.buildinfo" || section.name == ".gopclntab" ||
        section.name == ".data.rel.ro.gopclntab" || section.name == ".note.go.buildid") {
      return true;
    }
  }
  return file.sections().empty() && has_go_note(read_notes(file));
}

std::optional<GoBuildInfo> find_go_build_info(const ElfFile& file) {
  const auto place = find_place(file);
  if (!place) return std::nullopt;
  const std::uint64_t width = std::to_integer<std::uint64_t>(place->bytes[info_magic.size()]);
  const auto flags = std::to_integer<unsigned>(place->bytes[info_magic.size() + 1]);
  std::string_view version;
  std::string_view modules;
  if ((flags & flag_inline) != 0) {
    std::span<const std::byte> rest = place->bytes.subspan(info_bytes);
    version = take_inline(rest, "version", version_limit);
    modules = take_inline(rest, "list of modules", modules_limit);
  } else {
    if (width != 4 && width != 8) {
      fail(ErrorKind::corrupt, "Go build information: pointers of {} bytes, want 4 or 8", width);
    }
    const bool big_endian = (flags & flag_big_endian) != 0;
    const EndianView view(place->bytes, big_endian);
    constexpr std::uint64_t pointers_at = 16;
    version = string_at(file, pointer_at(view, pointers_at, width).value_or(0), big_endian, width,
                        "version", version_limit);
    modules = string_at(file, pointer_at(view, pointers_at + width, width).value_or(0), big_endian,
                        width, "list of modules", modules_limit);
  }
  return GoBuildInfo{std::string(version), std::string(without_sentinels(modules))};
}

}  // namespace lade::sbom

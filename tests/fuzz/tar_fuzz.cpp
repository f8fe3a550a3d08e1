// Any bytes as a tar archive: read to its end within bounds, or refused. What was read can be
// written, and reads back as it was.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/archive/tar_reader.h"
#include "libimage/archive/tar_writer.h"
#include "libimage/base/error.h"

namespace lade {
namespace {

constexpr std::uint64_t contents_limit_bytes = 1U << 20U;

struct Member {
  Entry entry;
  std::string contents;
  bool operator==(const Member&) const = default;
};

void require(bool condition) {
  if (!condition) std::abort();
}

std::vector<Member> read_tar(std::string_view bytes) {
  MemorySource source(bytes);
  TarReader reader(source, "fuzz");
  std::vector<Member> members;
  while (std::optional<Entry> entry = reader.next()) {
    const std::optional<std::uint64_t> offset = reader.data_offset();
    std::string contents = read_all(reader.data(), contents_limit_bytes, "contents");
    require(contents.size() == entry->size_bytes);
    if (offset) require(bytes.substr(*offset, contents.size()) == contents);
    require(!entry->path.empty() && entry->path.size() <= entry_name_limit_bytes);
    require(entry->mode <= 07777);
    members.push_back({*std::move(entry), std::move(contents)});
  }
  reader.drain();
  return members;
}

std::string write_tar(const std::vector<Member>& members) {
  StringSink sink;
  TarWriter writer(sink);
  for (const Member& member : members) {
    MemorySource contents(member.contents);
    writer.add(member.entry, contents);
  }
  writer.finish();
  return sink.take();
}

}  // namespace
}  // namespace lade

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lade;
  std::string written;
  try {
    written = write_tar(read_tar({reinterpret_cast<const char*>(data), size}));
  } catch (const Error& error) {
    require(error.kind() != ErrorKind::internal && error.kind() != ErrorKind::io);
    return 0;
  }
  // one round makes names canonical (a directory's slash); after that nothing may change
  require(write_tar(read_tar(written)) == written);
  return 0;
}

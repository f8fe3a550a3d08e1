#include "libimage/transport/dir_signatures.h"

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/transport/blob_file.h"

namespace lade {
namespace {

constexpr std::uint64_t signature_limit_bytes = std::uint64_t{4} << 20;

}  // namespace

std::string dir_signature_name(const std::string& instance, std::size_t number) {
  return fmt::format("{}{}signature-{}", instance, instance.empty() ? "" : ".", number);
}

std::vector<std::string> read_dir_signatures(const std::string& path, const std::string& instance) {
  std::vector<std::string> signatures;
  for (;;) {
    const std::string file = join_path(path, dir_signature_name(instance, signatures.size() + 1));
    const auto found = find_regular_file(file);
    if (!found) return signatures;
    if (signatures.size() == dir_signatures_limit) {
      fail(ErrorKind::invalid,
           "dir:{} has more than {} signatures of a manifest, which are not read", path,
           dir_signatures_limit);
    }
    signatures.push_back(read_all(found->get(), file, signature_limit_bytes));
  }
}

}  // namespace lade

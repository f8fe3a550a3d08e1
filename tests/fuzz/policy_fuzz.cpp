// What users write into policy.json: it is read or refused as invalid, and whatever was read judges
// any image without a signature.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"
#include "signing/policy/decide.h"
#include "signing/policy/warnings.h"

namespace {

using namespace lade;
using namespace lade::signing;

void judge_all(const Policy& policy) {
  const std::vector<PolicySubject> subjects{
      named_subject("docker", Reference::parse("b.a.io:5000/ns/x:1")), path_subject("dir", "/a/b"),
      plain_subject("tarball"), storage_subject("overlay", "/s", Reference::parse("x:1"), "ab")};
  for (const PolicySubject& subject : subjects) {
    const PolicyImage image{.subject = subject, .manifest = digest_of("x")};
    const Decision decision = decide(policy, image, {});
    if (decision.requirements.empty() || decision.allowed != decision.objection().empty()) {
      std::abort();
    }
  }
  warnings_of(policy, [](const std::string&) { return std::nullopt; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    judge_all(parse_policy(text, "the policy"));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid) std::abort();
  }
  return 0;
}

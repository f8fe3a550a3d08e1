// What users write into policy.toml: it is read or refused as invalid; whatever was read judges any
// image without a signature, warns, and can be said as policy.json, which is read again.
#include <cstdint>

#include "libimage/oci/hasher.h"
#include "signing/lade_policy/convert.h"
#include "signing/lade_policy/judgement.h"
#include "signing/lade_policy/lade_warnings.h"
#include "tests/fuzz/defect.h"

namespace {

using namespace lade;
using namespace lade::signing;

constexpr const char* key = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE88GBxmzb4t7rkLG8gt//TpikZbdi
0pcBTAf9k9cLCc4gHNmnIg+WdLFwQsMBSMO8Him0uZuoaEIBqXdN7iiXjA==
-----END PUBLIC KEY-----
)";

/// An image to which nothing is attached.
class BareSource final : public ImageSource {
 public:
  std::string name() const override { return "fuzz"; }
  RawManifest manifest() override { return raw; }
  RawManifest manifest(const Descriptor&) override { return raw; }
  std::unique_ptr<Source> open_blob(const Descriptor&) override {
    fail(ErrorKind::not_found, "there are no blobs");
  }

  const std::string bytes = R"({"schemaVersion":2,"layers":[]})";
  const RawManifest raw{bytes, "application/vnd.oci.image.manifest.v1+json", digest_of(bytes)};
};

void judge_all(const LadePolicy& policy) {
  BareSource source;
  for (const PolicySubject& subject :
       {named_subject("docker", Reference::parse("b.a.io:5000/ns/x:1")),
        path_subject("dir", "/a/b"), plain_subject("tarball")}) {
    ImageFacts facts(source, source.raw, subject);
    const ImageJudgement judgement = judge(policy, facts, {});
    require(judgement.allowed == judgement.objection().empty());
  }
  warnings_of(policy, {});
  parse_policy(to_policy_json(policy).text, "what was converted");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  without_defect([&] {
    judge_all(parse_lade_policy(text, "policy.toml", [](const std::string&) { return key; }));
  });
  return 0;
}

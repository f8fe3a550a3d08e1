"""The case of bench/run about signatures: all of it is local, and no peer but skopeo checks any offline."""

import os
import subprocess


def keys(bench, *names):
    """NAME.pub and NAME.pem, which is not sealed: opening a sealed key takes longer than all else."""
    for name in names:
        bench.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                   "ec_paramgen_curve:P-256", "-out", name + ".pem"])
        bench.run(["openssl", "pkey", "-in", name + ".pem", "-pubout", "-out", name + ".pub"])


def image(bench, name):
    root = bench.work / "signed-root"
    root.mkdir(exist_ok=True)
    (root / "name").write_text(name)
    bench.run(["tar", "-C", str(root), "-cf", "signed.tar", "."])
    bench.run([bench.lade, "copy", "-q", "tarball:signed.tar", name])


def sign(bench, name, key, count=1):
    for number in range(count):
        bench.run([bench.lade, "sign", "--key", key + ".pem", "--forms", "bundle", "-a",
                   f"number={number}", name])


def gpg_signed(bench):
    """skopeo's command to check a signature of gpg's, or nothing."""
    if not (bench.has("skopeo") and bench.has("gpg")):
        return None
    home = bench.work / "gnupg"
    home.mkdir(mode=0o700, exist_ok=True)
    environment = dict(bench.env, GNUPGHOME=str(home))
    bench.run(["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key",
               "bench@example.org", "ed25519", "sign"], environment)
    keyring = subprocess.run(["gpg", "--batch", "--with-colons", "--list-keys"], env=environment,
                             check=True, capture_output=True, text=True).stdout
    fingerprint = next(line.split(":")[9] for line in keyring.splitlines()
                       if line.startswith("fpr"))
    bench.run([bench.lade, "copy", "-q", "signed0", "dir:signed-dir"])
    manifest = str(bench.work / "signed-dir/manifest.json")
    bench.run(["skopeo", "standalone-sign", "-o", "gpg.sig", manifest, "example.org/app:1",
               fingerprint], environment)
    # it reads its keys where gpg keeps them
    bench.env["GNUPGHOME"] = os.environ["GNUPGHOME"] = str(home)
    return ["skopeo", "standalone-verify", manifest, "example.org/app:1", fingerprint, "gpg.sig"]


def case_verify(bench):
    bench.fresh_store()
    keys(bench, "release", *(f"team{number}" for number in range(5)))
    image(bench, "signed0")
    sign(bench, "signed0", "release")
    contestants = {"lade": ([bench.lade, "verify", "--key", "release.pub", "signed0"], None)}
    skopeo = gpg_signed(bench)
    if skopeo:
        contestants["skopeo, of gpg"] = (skopeo, None)
    bench.run("openssl dgst -sha256 -sign release.pem -out dgst signed.tar")
    contestants["openssl dgst"] = (["openssl", "dgst", "-sha256", "-verify", "release.pub",
                                    "-signature", "dgst", "signed.tar"], None)
    bench.compare("verify, 1 signature", contestants)

    sign(bench, "signed0", "team0", 999)
    bench.compare("verify, 1000", {"lade": (
        [bench.lade, "verify", "--key", "release.pub", "signed0"], None)})

    names = [f"many{number}" for number in range(100)]
    for name in names:
        image(bench, name)
        for number in range(5):
            sign(bench, name, f"team{number}")
    trusted = [word for number in range(5) for word in ("--key", f"team{number}.pub")]
    bench.compare("verify, 100 x 5", {"lade": (
        [bench.lade, "verify", *trusted, "--threshold", "5", *names], None)})

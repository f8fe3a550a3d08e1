"""The cases of bench/run that need a registry: each starts a docker-registry of its own."""

import contextlib
import pathlib
import shutil
import socket
import subprocess
import time


@contextlib.contextmanager
def registry(bench):
    """An empty registry on the loopback device: its address and its directory."""
    data = bench.work / "registry"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{probe.getsockname()[1]}"
    config = bench.work / "registry.yml"
    config.write_text(f"version: 0.1\nlog: {{level: error}}\nhttp: {{addr: '{host}'}}\n"
                      f"storage: {{filesystem: {{rootdirectory: '{data}'}}}}\n")
    server = subprocess.Popen(["docker-registry", "serve", str(config)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(host.split(":")):
                break
            time.sleep(0.05)
        yield host, data / "docker/registry/v2/repositories"
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(data, ignore_errors=True)


def skopeo_copy(*names):
    return ["skopeo", "copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false", *names]


def lade_copy(bench, *names):
    return [bench.lade, "copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false", *names]


def can_run(bench):
    return all(bench.has(name) for name in ("docker-registry", "skopeo", "buildah", "curl"))


def case_download(bench, layout, blob):
    """From a registry to a layout and to the store, and again with nothing to do."""
    with registry(bench) as (host, _):
        bench.run(lade_copy(bench, f"oci:{layout}:1", f"docker://{host}/big:1"))
        url = f"http://{host}/v2/big/blobs/sha256:{blob.name}"
        bench.compare("registry to oci", {
            "lade": (lade_copy(bench, f"docker://{host}/big:1", "oci:out-lade:1"),
                     bench.fresh("out-lade")),
            "skopeo": (skopeo_copy(f"docker://{host}/big:1", "oci:out-skopeo:1"),
                       bench.fresh("out-skopeo")),
            "limit: curl, hash": (f"curl -s {url} -o out-limit && openssl dgst -sha256 out-limit",
                                  bench.fresh("out-limit"))})
        bench.compare("the same again", {
            "lade": (lade_copy(bench, f"docker://{host}/big:1", "oci:out-lade:1"), None),
            "skopeo": (skopeo_copy(f"docker://{host}/big:1", "oci:out-skopeo:1"), None)})
        bench.fresh("out-lade", "out-skopeo", "out-limit")()
        bench.compare("inspect of a registry", {
            "lade": ([bench.lade, "inspect", "--tls-verify=false", f"docker://{host}/big:1"], None),
            "skopeo": (["skopeo", "inspect", "--tls-verify=false", "--no-tags",
                        f"docker://{host}/big:1"], None)})
        bench.compare("pull into the store", {
            "lade": ([bench.lade, "pull", "-q", "--tls-verify=false", f"{host}/big:1"],
                     bench.fresh_store),
            "buildah pull": (bench.buildah("pull", "-q", "--tls-verify=false", f"{host}/big:1"),
                             bench.fresh_buildah())})
        bench.fresh_store()
        bench.fresh_buildah()()


def case_upload(bench, layout, blob):
    """From a layout to a registry that has none of it."""
    with registry(bench) as (host, repositories):
        def without(name):
            return lambda: shutil.rmtree(repositories / name, ignore_errors=True)

        start = f"curl -s -D - -o /dev/null -X POST http://{host}/v2/limit/blobs/uploads/"
        bench.compare("oci to registry", {
            "lade": (lade_copy(bench, f"oci:{layout}:1", f"docker://{host}/lade:1"),
                     without("lade")),
            "skopeo": (skopeo_copy(f"oci:{layout}:1", f"docker://{host}/skopeo:1"),
                       without("skopeo")),
            "limit: curl PUT": (f"to=$({start} | tr -d '\\r' | sed -n 's/^[Ll]ocation: //p'); "
                                f"curl -sf -T {blob} \"$to&digest=sha256:{blob.name}\"",
                                without("limit"))})


def case_sync(bench):
    """Two hundred small tags from one repository to another, first and again."""
    with registry(bench) as (host, repositories):
        context = bench.work / "tag"
        context.mkdir(exist_ok=True)
        (context / "Containerfile").write_text("FROM scratch\nCOPY tag /tag\n")
        for i in range(200):
            (context / "tag").write_text(f"{i}\n")
            bench.run([bench.lade, "build", "-q", "--tls-verify=false",
                       "-t", f"docker://{host}/tags:v{i}", str(context)])
        bench.fresh_store()

        def again(name):
            return lambda: shutil.rmtree(repositories / name, ignore_errors=True)

        sync = ["sync", "--src", "docker", "--dest", "docker", "--src-tls-verify=false",
                "--dest-tls-verify=false", f"{host}/tags"]
        contestants = {"lade": [bench.lade, *sync, f"{host}/to-lade"],
                       "skopeo": ["skopeo", *sync, f"{host}/to-skopeo"]}
        bench.compare("sync of 200 tags", {
            who: (command, again(f"to-{who}")) for who, command in contestants.items()})
        bench.compare("sync, nothing to do",
                      {who: (command, None) for who, command in contestants.items()})

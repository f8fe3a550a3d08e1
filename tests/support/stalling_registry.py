"""A registry that is only read: serves one OCI layout as the repository "app", and sends no more
than so many bytes of a large blob before it stalls, until the file "go" is there.

stalling_registry.py LAYOUT BYTES: the port goes to "port", what was asked to "asked", one line each
with method, path and Range."""

import http.server
import json
import os
import re
import sys
import time

layout, limit = sys.argv[1], int(sys.argv[2])
INDEX = "application/vnd.oci.image.index.v1+json"


def blob(digest):
    """The file that is the blob; None if there is none."""
    path = os.path.join(layout, "blobs", digest.replace(":", "/"))
    return path if os.path.exists(path) else None


def manifest(reference):
    if reference not in ("1", "latest") and not reference.startswith("sha256:"):
        return None, ""
    if reference.startswith("sha256:"):
        return blob(reference), "application/vnd.oci.image.manifest.v1+json"
    with open(os.path.join(layout, "index.json"), encoding="utf-8") as file:
        entry = json.load(file)["manifests"][0]
    return blob(entry["digest"]), entry["mediaType"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        with open("asked", "a", encoding="utf-8") as asked:
            asked.write(f"{self.command} {self.path} {self.headers.get('Range', '-')}\n")
        found = re.fullmatch(r"/v2/app/(manifests|blobs)/([^/]+)", self.path)
        path, kind = None, "application/octet-stream"
        if self.path == "/v2/":
            path = os.devnull
        elif found and found[1] == "manifests":
            path, kind = manifest(found[2])
        elif found:
            path = blob(found[2])
        if path is None:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        size = os.path.getsize(path)
        first = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").split("-")[0])
        self.send_response(206 if first else 200)
        if first:
            self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(size - first))
        if found and found[1] == "manifests":
            self.send_header("Docker-Content-Digest", "sha256:" + os.path.basename(path))
        self.end_headers()
        if self.command == "HEAD":
            return
        stalls = size > limit and not os.path.exists("go")
        with open(path, "rb") as file:
            self.connection.setblocking(True)
            while first < (limit if stalls else size):
                first += os.sendfile(self.connection.fileno(), file.fileno(), first,
                                     (limit if stalls else size) - first)
        while stalls and not os.path.exists("go"):
            time.sleep(0.05)
            self.close_connection = True


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
with open("port.new", "w", encoding="utf-8") as port:
    port.write(str(server.server_address[1]))
os.rename("port.new", "port")
server.serve_forever()

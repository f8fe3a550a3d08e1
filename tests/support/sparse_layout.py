"""An OCI layout of one image, whose only layer is a tar that was not compressed with a file of so many
bytes: sparse_layout.py DIRECTORY BYTES. Each MiB of it begins with its number, and is else a hole."""

import hashlib
import json
import os
import sys
import tarfile

directory, size = sys.argv[1], int(sys.argv[2])
blobs = os.path.join(directory, "blobs", "sha256")
os.makedirs(blobs)


def keep(data, kind):
    digest = hashlib.sha256(data).hexdigest()
    with open(os.path.join(blobs, digest), "wb") as file:
        file.write(data)
    return {"mediaType": kind, "digest": "sha256:" + digest, "size": len(data)}


def layer():
    path = os.path.join(blobs, "layer")
    member = tarfile.TarInfo("large")
    member.size = size
    digest = hashlib.sha256()
    with open(path, "w+b") as file:
        file.write(member.tobuf())
        for number in range(size >> 20):
            file.seek(512 + (number << 20))
            file.write(number.to_bytes(8, "big"))
        file.truncate(512 + size + 1024)
        file.seek(0)
        while data := file.read(1 << 20):
            digest.update(data)
    os.rename(path, os.path.join(blobs, digest.hexdigest()))
    return {"mediaType": "application/vnd.oci.image.layer.v1.tar",
            "digest": "sha256:" + digest.hexdigest(), "size": 512 + size + 1024}


def document(value):
    return json.dumps(value).encode()


large = layer()
config = keep(document({"os": "linux", "architecture": "amd64", "config": {},
                        "rootfs": {"type": "layers", "diff_ids": [large["digest"]]}}),
              "application/vnd.oci.image.config.v1+json")
kind = "application/vnd.oci.image.manifest.v1+json"
image = keep(document({"schemaVersion": 2, "mediaType": kind, "config": config, "layers": [large]}), kind)
with open(os.path.join(directory, "index.json"), "wb") as index:
    index.write(document({"schemaVersion": 2, "manifests": [image]}))
with open(os.path.join(directory, "oci-layout"), "wb") as version:
    version.write(document({"imageLayoutVersion": "1.0.0"}))

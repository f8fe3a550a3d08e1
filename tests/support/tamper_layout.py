#!/usr/bin/env python3
"""tamper_layout.py LAYOUT PREFIX: copies of a layout, in each of which one signature document says
something else, with all digests on the way to it made right again. Prints the copies' names."""
import base64
import hashlib
import json
import os
import shutil
import sys

layout, prefix = sys.argv[1:3]


def blob_path(root, digest):
    return os.path.join(root, "blobs", *digest.split(":"))


def load(root, digest):
    with open(blob_path(root, digest), "rb") as file:
        return file.read()


def store(root, data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    with open(blob_path(root, digest), "wb") as file:
        file.write(data)
    return digest


def replaced(root, descriptor, data):
    descriptor["digest"] = store(root, data)
    descriptor["size"] = len(data)


def flip(text):
    raw = bytearray(base64.b64decode(text))
    raw[len(raw) // 2] ^= 1
    return base64.b64encode(bytes(raw)).decode()


def envelope_cases(bundle):
    for key in ("payload", "payloadType", "sig"):
        changed = json.loads(json.dumps(bundle))
        envelope = changed["dsseEnvelope"]
        if key == "payload":
            envelope["payload"] = flip(envelope["payload"])
        elif key == "payloadType":
            envelope["payloadType"] = "application/x"
        else:
            envelope["signatures"][0]["sig"] = flip(envelope["signatures"][0]["sig"])
        yield "bundle-" + key, json.dumps(changed).encode()


def make(name, change):
    root = f"{prefix}-{name}"
    shutil.copytree(layout, root)
    with open(os.path.join(root, "index.json")) as file:
        index = json.load(file)
    change(root, index)
    with open(os.path.join(root, "index.json"), "w") as file:
        json.dump(index, file)
    print(root)


def keep(index, root, wanted):
    """Leaves the image and what `wanted` chooses of what refers to it."""
    index["manifests"] = [
        entry for entry in index["manifests"]
        if "sha256-" not in entry.get("annotations", {}).get("org.opencontainers.image.ref.name", "")
        or wanted(entry["annotations"]["org.opencontainers.image.ref.name"])
    ]


def is_sig(name):
    return name.endswith(".sig")


def is_list(name):
    return not name.endswith((".sig", ".att"))


def change_bundle(case):
    def change(root, index):
        keep(index, root, is_list)
        entry = next(e for e in index["manifests"]
                     if "sha256-" in e.get("annotations", {}).get("org.opencontainers.image.ref.name", ""))
        listed = json.loads(load(root, entry["digest"]))
        referrer = listed["manifests"][0]
        manifest = json.loads(load(root, referrer["digest"]))
        bundle = json.loads(load(root, manifest["layers"][0]["digest"]))
        data = dict(envelope_cases(bundle))["bundle-" + case]
        replaced(root, manifest["layers"][0], data)
        replaced(root, referrer, json.dumps(manifest).encode())
        replaced(root, entry, json.dumps(listed).encode())
    return change


def change_cosign(case):
    def change(root, index):
        keep(index, root, is_sig)
        entry = next(e for e in index["manifests"]
                     if is_sig(e.get("annotations", {}).get("org.opencontainers.image.ref.name", "")))
        manifest = json.loads(load(root, entry["digest"]))
        layer = manifest["layers"][0]
        key = "dev.cosignproject.cosign/signature"
        if case == "signature":
            layer["annotations"][key] = flip(layer["annotations"][key])
        else:
            payload = load(root, layer["digest"]).replace(b"localhost/app", b"localhost/apq")
            replaced(root, layer, payload)
        replaced(root, entry, json.dumps(manifest).encode())
    return change


for name in ("payload", "payloadType", "sig"):
    make("bundle-" + name, change_bundle(name))
for name in ("signature", "payload"):
    make("cosign-" + name, change_cosign(name))

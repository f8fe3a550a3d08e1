"""Writes archives that mean harm into a directory: hostile_archives.py DIR.

Whatever escapes when one of them is unpacked is called "escaped".
"""
import gzip
import io
import os
import sys
import tarfile

UP = "../" * 12


def entry(name, kind=tarfile.REGTYPE, link="", data=b"", mode=0o755):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size, info.mode = kind, link, len(data), mode
    return info, data


def archive(path, entries, mode="w"):
    with tarfile.open(path, mode) as tar:
        for info, data in entries:
            tar.addfile(info, io.BytesIO(data))


def main(folder):
    cwd = os.path.realpath(folder)
    escaped = entry(UP + cwd.lstrip("/") + "/escaped", data=b"x")
    cases = {
        "dotdot": [escaped],
        "middle": [entry("a", tarfile.DIRTYPE), entry("a/../../../../escaped", data=b"x")],
        "absolute": [entry(cwd + "/escaped", data=b"x")],
        "symlink": [entry("out", tarfile.SYMTYPE, cwd), entry("out/escaped", data=b"x")],
        "symlink_up": [entry("out", tarfile.SYMTYPE, UP + cwd.lstrip("/")),
                       entry("out/escaped", data=b"x")],
        "hardlink": [entry("own", tarfile.LNKTYPE, UP + cwd.lstrip("/") + "/victim"),
                     entry("own", data=b"overwritten")],
        "hardlink_absolute": [entry("own", tarfile.LNKTYPE, cwd + "/victim")],
        "whiteout_root": [entry(".wh..", data=b"")],
    }
    for name, entries in cases.items():
        archive(os.path.join(folder, name + ".tar"), entries)
    device, _ = entry("null", tarfile.CHRTYPE)
    device.devmajor, device.devminor = 1, 3
    archive(os.path.join(folder, "device.tar"), [(device, b"")])

    good = io.BytesIO()
    with tarfile.open(fileobj=good, mode="w") as tar:
        info, data = entry("file", data=os.urandom(1 << 22))
        tar.addfile(info, io.BytesIO(data))
    packed = gzip.compress(good.getvalue(), mtime=0)
    files = {
        "truncated.tar": good.getvalue()[:40000],
        "truncated.tar.gz": packed[:len(packed) // 2],
        "garbage.tar.gz": packed + b"this is no gzip member",
        "flipped.tar.gz": packed[:-5] + bytes([packed[-5] ^ 1]) + packed[-4:],
    }
    for name, data in files.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)

    # for a bomb, to be followed by 1 GiB of zeros
    info, _ = entry("zeros")
    info.size = 1 << 30
    with open(os.path.join(folder, "zeros.header"), "wb") as file:
        file.write(info.tobuf(tarfile.GNU_FORMAT))


main(sys.argv[1])

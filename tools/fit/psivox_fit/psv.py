"""Reading and writing `.psv` voice files (layout in ../README.md)."""
import json
import pathlib
import struct
import zlib

import numpy as np

MAGIC, VERSION, ALIGN = b"PSIVOICE", 2, 16
DTYPES = {"f16": np.dtype("<f2"), "f32": np.dtype("<f4")}


def padding(length):
    return -length % ALIGN


def write(path, metadata, tensors):
    """tensors: dict of arrays of float16 or float32. Written beside `path` first, then renamed."""
    names = {dtype: name for name, dtype in DTYPES.items()}
    listing, payload = [], bytearray()
    for name, array in tensors.items():
        payload += bytes(padding(len(payload)))
        listing.append(dict(name=name, dtype=names[array.dtype], shape=list(array.shape), offset=len(payload)))
        payload += np.ascontiguousarray(array).tobytes()
    text = json.dumps(metadata | dict(tensors=listing), ensure_ascii=False, separators=(",", ":")).encode()
    body = MAGIC + struct.pack("<II", VERSION, len(text)) + text
    body += bytes(padding(len(body))) + payload
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".tmp")
    partial.write_bytes(body + struct.pack("<I", zlib.crc32(body)))
    partial.rename(path)
    return len(body) + 4


def read(path):
    """-> (metadata, dict of float32 arrays)"""
    data = pathlib.Path(path).read_bytes()
    if len(data) < 24 or data[:8] != MAGIC:
        raise ValueError(f"{path}: expected a voice file that begins with {MAGIC!r}, found {data[:8]!r}")
    version, length = struct.unpack_from("<II", data, 8)
    if version != VERSION:
        raise ValueError(f"{path}: expected version {VERSION}, found {version}; export the voice again")
    if zlib.crc32(data[:-4]) != struct.unpack("<I", data[-4:])[0]:
        raise ValueError(f"{path}: checksum differs, the file is damaged; copy or export it again")
    metadata = json.loads(data[16:16 + length])
    start, tensors = 16 + length + padding(16 + length), {}
    for t in metadata["tensors"]:
        count = int(np.prod(t["shape"]))
        array = np.frombuffer(data, DTYPES[t["dtype"]], count, start + t["offset"])
        tensors[t["name"]] = array.reshape(t["shape"]).astype(np.float32)
    return metadata, tensors

"""Writes zarr-python.json: arrays as zarr-python stores them, with the values that must be read.

Run with a Python that has zarr 3 and numpy:  python generate.py > zarr-python.json

Per case: `metadata` (zarr.json), `chunks` (key below the array's path to base64 of the stored bytes), and
`values`: base64 of all elements in C order, little endian, or the list of texts for data type string.
"""

import asyncio
import base64
import json
import warnings

import numpy as np
import zarr
from zarr.codecs import BytesCodec, Crc32cCodec, GzipCodec, VLenUTF8Codec, ZstdCodec
from zarr.core.buffer import default_buffer_prototype
from zarr.storage import MemoryStore

warnings.simplefilter("ignore")
SHAPE, CHUNKS = (5, 3), (3, 2)
FIXED = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
         "float16", "float32", "float64", "complex64", "complex128"]
COMPRESSORS = {
    "plain": (),
    "zstd": (ZstdCodec(level=3),),
    "zstd-checksum": (ZstdCodec(level=-5, checksum=True),),
    "gzip": (GzipCodec(level=5),),
    "crc32c": (Crc32cCodec(),),
    "zstd-crc32c": (ZstdCodec(level=0), Crc32cCodec()),
    "crc32c-gzip-zstd": (Crc32cCodec(), GzipCodec(level=1), ZstdCodec(level=1)),
}


def extremes(dtype):
    if dtype.kind == "b":
        return [True, False]
    if dtype.kind in "iu":
        return [np.iinfo(dtype).min, np.iinfo(dtype).max]
    info = np.finfo(dtype)
    real = [info.max, info.min, info.tiny, info.smallest_subnormal, np.nan, np.inf, -np.inf, -0.0, 1 / 3]
    return real if dtype.kind == "f" else [complex(a, b) for a, b in zip(real, reversed(real))]


def numbers(dtype):
    dtype = np.dtype(dtype)
    with np.errstate(all="ignore"):
        values = (np.arange(SHAPE[0] * SHAPE[1]) * 7 - 30).astype(dtype)
    if dtype.kind in "fc":
        values = values / dtype.type(8)
    edge = extremes(dtype)
    values[:len(edge)] = edge
    return values.reshape(SHAPE)


def texts():
    some = ["", "a", "Grüße", "日本語", "🧊", "with \x00 zero", "x" * 70]
    return np.array([some[i % len(some)] for i in range(SHAPE[0] * SHAPE[1])], dtype=object).reshape(SHAPE)


def stored(store, prefix=""):
    async def read():
        keys = [key async for key in store.list()]
        return {k: (await store.get(k, default_buffer_prototype())).to_bytes() for k in sorted(keys)}
    return asyncio.run(read())


def case(name, values, dtype, serializer="auto", compressors=(), shape=None, chunks=CHUNKS, resize=None, **more):
    store = MemoryStore()
    array = zarr.create_array(store, shape=values.shape if shape is None else shape, chunks=chunks, dtype=dtype,
                              serializer=serializer, compressors=compressors, **more)
    array[...] = values
    if resize is not None:
        array.resize(resize)
    back = array[...]
    objects = stored(store)
    metadata = json.loads(objects.pop("zarr.json"))
    if back.dtype.kind in "OT":
        expected = [base64.b64encode(v).decode() if isinstance(v, bytes) else str(v) for v in np.ravel(back)]
    else:
        little = np.ascontiguousarray(back).astype(back.dtype.newbyteorder("<"))
        expected = base64.b64encode(little.tobytes()).decode()
    return {"name": name, "metadata": metadata,
            "chunks": {k: base64.b64encode(v).decode() for k, v in objects.items()}, "values": expected}


def cases():
    for dtype in FIXED:
        yield case(f"{dtype} little", numbers(dtype), dtype)
        if np.dtype(dtype).itemsize > 1:
            yield case(f"{dtype} big", numbers(dtype), dtype, BytesCodec(endian="big"))
    yield case("string", texts(), "string", fill_value="")
    for name, compressors in COMPRESSORS.items():
        yield case(f"float64 {name}", numbers("float64"), "float64", compressors=compressors)
        yield case(f"string {name}", texts(), "string", VLenUTF8Codec(), compressors)
    yield case("scalar", np.array(2.5), "float64", chunks=())
    yield case("defaults", numbers("int32"), "int32", compressors="auto")
    yield case("rank 4", np.arange(120, dtype="int64").reshape(2, 3, 4, 5), "int64", chunks=(1, 2, 4, 3))
    yield case("v2 keys", numbers("int16"), "int16", chunk_key_encoding={"name": "v2", "separator": "."})
    yield case("dotted keys", numbers("int16"), "int16", chunk_key_encoding={"name": "default", "separator": "."})
    yield case("names and attributes", numbers("float32"), "float32", dimension_names=("time", None),
               attributes={"units": "K", "n": 1, "x": 0.5, "list": [1, 2.5, None, True, "a"], "nested": {"a": {}}})
    for name, fill in {"nan": np.nan, "inf": np.inf, "-inf": -np.inf, "tenth": 0.1}.items():
        for dtype in ("float16", "float32", "float64"):
            values = np.full(SHAPE, fill, dtype=dtype)
            values[0, 0] = 1
            yield case(f"{dtype} fill {name}", values, dtype, fill_value=fill)
    yield case("complex fill", np.full(SHAPE, 1 - 2j), "complex128", fill_value=complex(1, -2))
    yield case("complex nan fill", np.full(SHAPE, complex(np.nan, np.inf)), "complex64", fill_value=complex(np.nan, np.inf))
    yield case("bool fill", np.full(SHAPE, True), "bool", fill_value=True)
    yield case("uint64 fill", np.full(SHAPE, 2**64 - 1, dtype="uint64"), "uint64", fill_value=2**64 - 1)
    yield case("int64 fill", np.full(SHAPE, -(2**63), dtype="int64"), "int64", fill_value=-(2**63))
    yield case("string fill", np.full(SHAPE, "none", dtype=object), "string", fill_value="none")


def groups():
    store = MemoryStore()
    root = zarr.create_group(store, attributes={"title": "root", "n": 1})
    root.create_group("a", attributes={})
    root["a"].create_array("b", shape=(2,), dtype="int8")
    plain = json.loads(stored(store)["zarr.json"])
    zarr.consolidate_metadata(store)
    return {"plain": plain, "consolidated": json.loads(stored(store)["zarr.json"])}


def write(cases, groups):
    print('{"zarr": ' + json.dumps(zarr.__version__) + ', "groups": ' + json.dumps(groups) + ', "cases": [')
    print(",\n".join(json.dumps(c, separators=(",", ":")) for c in cases))
    print("]}")


if __name__ == "__main__":
    write(cases(), groups())

"""Writes zarr-python-codecs.json.gz: every data type with every codec, and every chunk grid, as zarr-python stores them.

Run with a Python that has zarr 3.4 and numpy:  python generate_codecs.py | gzip -9n > zarr-python-codecs.json.gz

The form is that of zarr-python.json; values of variable_length_bytes are lists of base64.
"""

import numpy as np
import zarr
from generate import CHUNKS, SHAPE, FIXED, case, numbers, texts, write
from zarr.codecs import BloscCodec, BytesCodec, Crc32cCodec, GzipCodec, ShardingCodec, TransposeCodec, ZstdCodec
from zarr.codecs.numcodecs import Shuffle, Zlib
from zarr.dtype import VariableLengthBytes

COUNT = SHAPE[0] * SHAPE[1]
RECORD = np.dtype([("flag", "?"), ("count", "<i2"), ("at", [("x", "<f4"), ("y", "<c8")]), ("name", "<U2"), ("tag", "S3"),
                   ("when", "<M8[ms]"), ("big", "<u8")])


def times(dtype):
    values = (np.arange(COUNT, dtype="int64") * 86_461 - 300_000)
    values[3] = np.iinfo("int64").min
    return values.view(dtype).reshape(SHAPE)


def records():
    values = np.zeros(COUNT, RECORD)
    for i in range(COUNT):
        values[i] = (i % 2 == 0, 3 * i - 7, (i / 4, complex(i, -i)), "aü"[: i % 3], b"xyz"[: i % 4],
                     np.datetime64(i * 1000, "ms"), 2**63 + i)
    return values.reshape(SHAPE)


def blobs():
    values = np.empty(COUNT, dtype=object)
    values[:] = [bytes(range(i)) for i in range(COUNT)]
    return values.reshape(SHAPE)


def few_texts(dtype):
    some = ["", "a", "Grüß", "日本", "🧊", "abcd"]
    if dtype.kind == "S":
        some = ["", "a", "abc", "abcdef", "x\x00y"]
    return np.array([some[i % len(some)] for i in range(COUNT)], dtype=dtype).reshape(SHAPE)


def types():
    for dtype in FIXED:
        yield dtype, dtype, numbers(dtype), {}
    yield "utf32", "U4", few_texts(np.dtype("U4")), {"fill_value": "none"}
    yield "null-terminated", "S6", few_texts(np.dtype("S6")), {"fill_value": b"nil"}
    raw = np.frombuffer(bytes((37 * i) % 256 for i in range(5 * COUNT)), dtype="V5").reshape(SHAPE)
    yield "raw", "V5", raw, {"fill_value": np.void(b"\x01\x02\x03\x04\x05")}
    for dtype in ("M8[ns]", "M8[10s]", "M8[D]", "M8[M]", "m8[h]", "m8[25us]"):
        yield dtype, dtype, times(dtype), {}
    yield "struct", RECORD, records(), {}
    yield "string", "string", texts(), {"fill_value": "none"}
    yield "bytes", VariableLengthBytes(), blobs(), {"fill_value": b"nil"}


def compressors(size):
    yield "zstd", (ZstdCodec(level=3),)
    yield "zstd-checksum", (ZstdCodec(level=1, checksum=True),)
    yield "gzip", (GzipCodec(level=5),)
    yield "crc32c", (Crc32cCodec(),)
    yield "zlib", (Zlib(level=6),)
    yield "shuffle-zlib", (Shuffle(elementsize=size), Zlib(level=1))
    for cname in ("blosclz", "lz4", "lz4hc", "zstd", "zlib"):
        for shuffle in ("noshuffle", "shuffle", "bitshuffle"):
            yield f"blosc-{cname}-{shuffle}", (BloscCodec(typesize=size, cname=cname, clevel=5, shuffle=shuffle),)


def shards(**inner):
    yield "shard", ShardingCodec(chunk_shape=(1, 2), **inner)
    yield "shard-start", ShardingCodec(chunk_shape=(3, 1), index_location="start", **inner)
    yield "shard-plain-index", ShardingCodec(chunk_shape=(3, 1), index_codecs=(BytesCodec(endian="big"),), **inner)


def cases():
    for name, dtype, values, more in types():
        size = values.dtype.itemsize if values.dtype.kind not in "OT" else 1
        endian = () if values.dtype.kind in "OT" else (None,) if name in ("bool", "int8", "uint8") else ("little", "big")
        yield case(f"{name} plain", values, dtype, **more)
        yield case(f"{name} transpose", values, dtype, filters=(TransposeCodec(order=(1, 0)),), **more)
        if endian:
            for end in endian:
                serializer = BytesCodec(endian=end)
                yield case(f"{name} {end}", values, dtype, serializer, **more)
            for shard, codec in shards(codecs=(serializer, ZstdCodec(level=1))):
                yield case(f"{name} {shard}", values, dtype, codec, **more)
        for compressor, chain in compressors(size):
            yield case(f"{name} {compressor}", values, dtype, compressors=chain, **more)
    yield from large()
    yield from nested()
    yield from grids()
    for dtype in ("M8[s]", "m8[s]"):
        yield case(f"{dtype} fill", np.full(SHAPE, 5, "int64").view(dtype), dtype, fill_value=np.int64(5).view(dtype))
        yield case(f"{dtype} NaT fill", times(dtype), dtype, fill_value=np.array(["NaT"], dtype)[0])
    yield case("struct fill", np.full(SHAPE, records()[1, 1]), RECORD, fill_value=records()[1, 1])


def large():
    """Blosc frames of several blocks, split and not, with a rest."""
    for dtype in ("int16", "float64", "S3"):
        for n in (4000, 70_001):
            count = np.arange(n)
            values = (count // 7 % 50).astype(dtype) if dtype != "S3" else np.array([b"%03d" % (i // 9 % 50) for i in count])
            for cname in ("blosclz", "lz4", "zstd"):
                for shuffle in ("noshuffle", "shuffle", "bitshuffle"):
                    codec = BloscCodec(typesize=values.dtype.itemsize, cname=cname, clevel=5, shuffle=shuffle, blocksize=0 if n < 5000 else 8192)
                    yield case(f"{dtype} {n} {cname} {shuffle}", values, dtype, compressors=(codec,), chunks=(n,))


def nested():
    values = np.arange(6 * 8, dtype="int32").reshape(6, 8)
    values[0:3, 0:4] = 0
    inner = ShardingCodec(chunk_shape=(1, 2), codecs=(BytesCodec(), GzipCodec(level=1)))
    yield case("shard in shard", values, "int32", ShardingCodec(chunk_shape=(3, 4), codecs=(inner,)), chunks=(6, 8))
    turned = ShardingCodec(chunk_shape=(3, 2), codecs=(TransposeCodec(order=(1, 0)), BytesCodec(endian="big"), Crc32cCodec()))
    yield case("transposed shards", values, "int32", turned, (ZstdCodec(level=1),), chunks=(6, 6), filters=(TransposeCodec(order=(1, 0)),))


def grids():
    zarr.config.set({"array.rectilinear_chunks": True})
    values = numbers("int32")
    yield case("rectilinear", values, "int32", chunks=[[2, 3], [1, 1, 1]])
    yield case("rectilinear runs", np.arange(200, dtype="int64").reshape(20, 10), "int64", chunks=[[2, 2, 2, 2, 5, 5, 1, 1], [3, 3, 4]])
    yield case("rectilinear and regular", np.arange(100, dtype="float32").reshape(20, 5), "float32", chunks=[[5, 5, 7, 3], 2])
    yield case("rectilinear shrunk", np.arange(15, dtype="int16"), "int16", chunks=[[5, 4, 3, 3]], resize=(8,))
    yield case("rectilinear grown", np.arange(15, dtype="int16"), "int16", chunks=[[5, 4, 3, 3]], resize=(40,))
    yield case("rectilinear shards", np.arange(60, dtype="int16").reshape(10, 6), "int16",
               ShardingCodec(chunk_shape=(2, 3), codecs=(BytesCodec(),)), chunks=[[4, 2, 4], [6]])
    yield case("rectilinear transposed", np.arange(60, dtype="int16").reshape(10, 6), "int16", chunks=[[4, 2, 4], [1, 5]],
               filters=(TransposeCodec(order=(1, 0)),))


write(cases(), {})

"""Writes the files that tests refer to by virtual chunks, and what is where in them. Needs Python with NumPy.

    generate.py        into the folder of this script

small.nc is a NetCDF-3 classic file: `t(time, x)` of float32 along the record dimension, so that each record is a chunk, and the fixed
variable `x(x)` of float64; both big endian, as the format has them. packed.bin holds chunks as HDF5 makes them: `p(y, x)` of int16, little
endian, shuffled, then deflated; `q(y, x)` the same without shuffle. small.json says offset and length of each chunk, and the SHA-256 of
each variable's values, little endian in C order.
"""

import hashlib
import json
import struct
import zlib
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
RECORDS, WIDTH = 4, 6


def text(value):
    raw = value.encode()
    return struct.pack(">i", len(raw)) + raw + b"\0" * (-len(raw) % 4)


def netcdf(t, x):
    """CDF-1: header, then x, then the records of t."""

    def header(x_begin, t_begin):
        dimensions = struct.pack(">ii", 10, 2) + text("time") + struct.pack(">i", 0) + text("x") + struct.pack(">i", WIDTH)
        variables = struct.pack(">ii", 11, 2)
        variables += text("x") + struct.pack(">ii", 1, 1) + struct.pack(">iiiii", 0, 0, 6, 8 * WIDTH, x_begin)
        variables += text("t") + struct.pack(">iii", 2, 0, 1) + struct.pack(">iiiii", 0, 0, 5, 4 * WIDTH, t_begin)
        return b"CDF\x01" + struct.pack(">i", RECORDS) + dimensions + struct.pack(">ii", 0, 0) + variables

    start = len(header(0, 0))
    return header(start, start + 8 * WIDTH) + x.astype(">f8").tobytes() + t.astype(">f4").tobytes(), start


def shuffled(raw, size):
    return np.frombuffer(raw, "u1").reshape(-1, size).T.tobytes()


def entry(file, values, chunk_shape, codecs, chunks):
    little = values.astype(values.dtype.newbyteorder("<"))
    return {
        "file": file, "shape": list(values.shape), "dtype": values.dtype.newbyteorder("=").str[1:], "chunk_shape": chunk_shape,
        "codecs": codecs, "chunks": chunks, "sha256": hashlib.sha256(little.tobytes()).hexdigest(),
    }


def main():
    t = (np.arange(RECORDS * WIDTH, dtype="f4").reshape(RECORDS, WIDTH) * 1.5 - 7)
    x = np.linspace(0, 1, WIDTH)
    content, start = netcdf(t, x)
    (HERE / "small.nc").write_bytes(content)
    records = [{"index": [i, 0], "offset": start + 8 * WIDTH + i * 4 * WIDTH, "length": 4 * WIDTH} for i in range(RECORDS)]

    p = ((np.arange(8 * 10) * 37) % 1000 - 500).astype("i2").reshape(8, 10)
    packed = b"chunks of two arrays, shuffled and deflated\n"
    places = {"p": [], "q": []}
    for name, prepare in (("p", lambda raw: shuffled(raw, 2)), ("q", lambda raw: raw)):
        for i in range(2):
            for j in range(2):
                chunk = zlib.compress(prepare(p[4 * i:4 * i + 4, 5 * j:5 * j + 5].astype("<i2").tobytes()), 6)
                places[name].append({"index": [i, j], "offset": len(packed), "length": len(chunk)})
                packed += chunk
    (HERE / "packed.bin").write_bytes(packed)
    (HERE / "small.json").write_text(json.dumps({
        "t": entry("small.nc", t, [1, WIDTH], ["big"], records),
        "x": entry("small.nc", x, [WIDTH], ["big"], [{"index": [0], "offset": start, "length": 8 * WIDTH}]),
        "p": entry("packed.bin", p, [4, 5], ["little", "shuffle", "zlib"], places["p"]),
        "q": entry("packed.bin", p, [4, 5], ["little", "zlib"], places["q"]),
    }, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""Reads with zarr-python and xarray the directory that SampleStoreWriter (in the engine's tests) wrote.

Run with a Python that has zarr 3 and xarray:  python check.py DIRECTORY
"""

import base64
import json
import pathlib
import sys
import warnings

import numpy as np
import xarray
import zarr

warnings.simplefilter("ignore")
zarr.config.set({"array.rectilinear_chunks": True})
root = pathlib.Path(sys.argv[1])
count = 0
more = 0
for expected in sorted(root.rglob("*.expected")):
    array = zarr.open_array(expected.with_suffix(""), mode="r")
    values = array[...]
    if array.metadata.data_type.to_json(zarr_format=3) == "variable_length_bytes":
        assert [base64.b64encode(v).decode() for v in np.ravel(values)] == json.loads(expected.read_text()), expected.stem
    elif array.dtype.kind in "OT":
        assert [str(v) for v in np.ravel(values)] == json.loads(expected.read_text()), expected.stem
    else:
        assert values.astype(array.dtype.newbyteorder("<")).tobytes() == expected.read_bytes(), expected.stem
    assert array.metadata.dimension_names == ("y", "x"), expected.stem
    attributes = dict(array.attrs)
    attributes.pop("_FillValue", None)
    assert attributes == {"units": "m", "half": 0.5}, expected.stem
    count += expected.parent == root
    more += expected.parent != root

dataset = xarray.open_zarr(root, consolidated=False)
assert len(dataset.data_vars) == count, (len(dataset.data_vars), count)
assert dataset.sizes == {"y": 7, "x": 5}, dataset.sizes
dataset.load()
FILLS = {"b": True, "i": 100, "u": 100, "f": np.nan, "c": complex(np.nan, np.nan)}
for name in (n for n in dataset.data_vars if n.endswith("-default")):
    array = zarr.open_array(root / name, mode="r")
    if array.dtype.kind in "OT":
        continue
    fill, wanted = dataset[name].encoding["_FillValue"], FILLS[array.dtype.kind]
    assert fill == wanted or (np.isnan(fill) and np.isnan(wanted)), (name, fill)
    if array.dtype.kind in "iuf":
        assert bool(dataset[name][6].isnull().all()), name
print(f"{count + more} arrays read by zarr {zarr.__version__} and xarray {xarray.__version__}")

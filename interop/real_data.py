"""Reads a year of weather that the ingest wrote, as a scientist would, and commits on top of it.

    real_data.py REPOSITORY FACTS

REPOSITORY is the folder that `RealDataTest` leaves in `icestream.keep`; FACTS is the `facts.json` of the observations, with checksums that
were taken from the file itself. Afterwards `PythonCommitTest` reads with the engine what this has committed.
"""

import hashlib
import json
import sys
import warnings

import icechunk
import numpy as np
import xarray as xr
import zarr

DAY = np.timedelta64(1, "D")


def check_dataset(session, facts):
    """The data set opens without arguments: decoded time, station names, units, and the very values of the file."""
    dense = facts["dense"]
    ds = xr.open_zarr(session.store)
    assert set(ds.data_vars) == set(facts["variables"]), list(ds.data_vars)
    assert ds.sizes == {"time": 8736, "station": 3}, ds.sizes
    assert ds.station.values.tolist() == dense["station"], ds.station
    step = np.timedelta64(dense["time_step_seconds"], "s")
    assert np.issubdtype(ds.time.dtype, np.datetime64), ds.time
    assert (np.diff(ds.time.values) == step).all()
    first, last = (np.datetime64(dense[key].rstrip("Z")) for key in ("time_first", "time_last"))
    inside = (ds.time >= first) & (ds.time <= last)
    for name, fact in facts["variables"].items():
        variable = ds[name]
        assert variable.dims == ("time", "station"), variable.dims
        assert variable.dtype == np.float64, variable.dtype
        assert variable.attrs["units"] == fact["units"], variable.attrs
        values = variable[inside.values].values
        assert list(values.shape) == fact["dense"]["shape"], values.shape
        digest = hashlib.sha256(values.astype("<f8").tobytes()).hexdigest()
        assert digest == fact["dense"]["sha256_f64"], f"{name}: {digest}"
        assert variable[~inside.values].isnull().all(), f"{name}: values outside of the observed hours"
    assert ds.attrs["title"] == "Hourly weather at three airports", ds.attrs
    return ds


def check_tags(repo, ds):
    """One tag for each day, on a snapshot that ends with the day."""
    days = np.unique(ds.time.values.astype("datetime64[D]"))
    assert repo.list_tags() == {f"daily-{day}" for day in days}, repo.list_tags()
    for day in days:
        tagged = xr.open_zarr(repo.readonly_session(tag=f"daily-{day}").store)
        end = tagged.time.values[-1]
        assert end == day + DAY - np.timedelta64(1, "h"), (day, end)
    return len(days)


def check_history(repo):
    """The extent never shrinks from one snapshot to the next. The oldest one is the empty repository."""
    snapshots = [info.id for info in repo.ancestry(branch="main")][:-1]
    lengths = [
        zarr.open_array(repo.readonly_session(snapshot_id=id).store, path="temp", mode="r").shape[0] for id in snapshots
    ]
    assert lengths == sorted(lengths, reverse=True), lengths
    return len(lengths)


def commit(repo, ds):
    """A new array, an attribute of another one, and more history."""
    mean = ds.temp.mean("station").values
    with repo.transaction("main", message="mean over the stations") as store:
        root = zarr.open_group(store, mode="a")
        array = root.create_array("temp_mean", shape=mean.shape, chunks=(1000,), dtype="f8", fill_value=np.nan, dimension_names=["time"])
        array[:] = mean
        array.attrs["units"] = "degF"
        root["temp"].attrs["comment"] = "see temp_mean"


def main(path, facts_file):
    warnings.simplefilter("error")
    with open(facts_file) as file:
        facts = json.load(file)
    repo = icechunk.Repository.open(icechunk.local_filesystem_storage(path))
    ds = check_dataset(repo.readonly_session("main"), facts)
    days = check_tags(repo, ds)
    snapshots = check_history(repo)
    commit(repo, ds)
    print(f"the reference client agrees: {len(ds.data_vars)} variables, {days} tags, {snapshots} snapshots")


if __name__ == "__main__":
    main(*sys.argv[1:])

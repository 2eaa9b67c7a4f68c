#!/usr/bin/env python3
"""Reads with xarray what the ingest's committer wrote, and commits on top of it.

    java -cp <test class path of ingest-app> io.icestream.ingest.commit.DatasetSample write DIR
    "$PY" interop/xarray_dataset.py DIR
    java -cp <the same> io.icestream.ingest.commit.DatasetSample continue DIR
    "$PY" interop/xarray_dataset.py DIR --continued

The first call checks the data set and its tag, then adds an array and an attribute in a commit of its own. The second one checks
that the ingest went on above that commit. Exits with 0 if everything is as it should be.
"""
import sys
import warnings

import icechunk
import numpy as np
import xarray as xr
import zarr

warnings.simplefilter("error")
DAY = np.datetime64("2026-11-01T00:00:00", "ns")


def cell(slot, station, revision=0):
    return 10 * slot + station + 1_000_000 * revision


def open_dataset(session):
    # no further arguments: zarr says itself that there is no consolidated metadata, and that is no error
    return xr.open_zarr(session.store, consolidated=False)


def check_coordinates(ds, slots):
    assert dict(ds.sizes) == {"time": slots, "station": 3}, ds.sizes
    assert set(ds.coords) == {"time", "station", "latitude", "longitude"}, ds.coords
    assert set(ds.data_vars) >= {"temp", "reports"}, ds.data_vars
    times = DAY + np.arange(slots) * np.timedelta64(1, "h")
    assert np.issubdtype(ds.time.dtype, np.datetime64), ds.time.dtype
    np.testing.assert_array_equal(ds.time.values, times)
    assert [str(s) for s in ds.station.values] == ["EWR", "JFK", "LGA"], ds.station.values
    assert all(isinstance(s, str) for s in ds.station.values.tolist()), ds.station.dtype
    np.testing.assert_array_equal(ds.latitude.values, [40.69, 40.64, 40.78])
    assert ds.latitude.attrs["units"] == "degrees_north"
    assert ds.latitude.attrs["standard_name"] == "latitude"


def check_values(ds, slots, missing):
    expected = np.array([[cell(t, s) for s in range(3)] for t in range(slots)], dtype="f8")
    expected[missing] = np.nan
    for name in ("temp", "reports"):
        assert ds[name].dtype == np.float64, (name, ds[name].dtype)  # integers with missing cells become floats, as CF has it
        np.testing.assert_array_equal(ds[name].values, expected, err_msg=name)
    assert ds.temp.attrs == {
        "units": "degF", "long_name": "Air temperature", "standard_name": "air_temperature"}, ds.temp.attrs
    assert ds.reports.encoding["_FillValue"] == -1, ds.reports.encoding
    assert ds.attrs["title"] == "Hourly weather" and ds.attrs["Conventions"].startswith("CF-"), ds.attrs


def check_written(repo):
    session = repo.readonly_session("main")
    ds = open_dataset(session)
    check_coordinates(ds, 30)
    check_values(ds, 30, (slice(24, 30), slice(2, 3)))
    assert float(ds.temp.sel(station="JFK", time="2026-11-01T05:00").values) == cell(5, 1)
    daily = open_dataset(repo.readonly_session(tag="daily-2026-11-01"))
    check_coordinates(daily, 24)
    check_values(daily, 24, (slice(0, 0), slice(0, 0)))
    history = [s.message for s in repo.ancestry(branch="main")]
    assert history[0].startswith("Publish 6 windows"), history
    snapshot = next(iter(repo.ancestry(branch="main")))
    assert snapshot.metadata["icestream"]["windows"] == [24, 30], snapshot.metadata
    ledger = zarr.open_group(session.store, path="_icestream/weather", mode="r").attrs.asdict()
    assert ledger["id"] == snapshot.id and ledger["closed"] == 30 and ledger["sequence"] == 2, ledger
    tree = xr.open_datatree(session.store, engine="zarr", consolidated=False)
    assert "/_icestream/weather" in tree.groups, tree.groups


def commit_on_top(repo):
    session = repo.writable_session("main")
    root = zarr.open_group(session.store, mode="a")
    root["temp"].attrs["comment"] = "checked by hand"
    root.create_array("quality", data=np.array([1, 2, 3], dtype="i2"), dimension_names=["station"])
    session.commit("Quality flags, by hand")


def check_continued(repo):
    ds = open_dataset(repo.readonly_session("main"))
    check_coordinates(ds, 48)
    assert ds.temp.attrs["comment"] == "checked by hand", ds.temp.attrs
    assert ds.quality.values.tolist() == [1, 2, 3]
    expected = np.array([[cell(t, s) for s in range(3)] for t in range(24, 48)], dtype="f8")
    np.testing.assert_array_equal(ds.temp.values[24:], expected)
    messages = [s.message for s in repo.ancestry(branch="main")]
    assert messages[1] == "Quality flags, by hand", messages
    assert set(repo.list_tags()) == {"daily-2026-11-01", "daily-2026-11-02"}, repo.list_tags()


def main(path, *options):
    repo = icechunk.Repository.open(icechunk.local_filesystem_storage(path))
    if "--continued" in options:
        check_continued(repo)
    else:
        check_written(repo)
        commit_on_top(repo)
    print("ok", path, *options)


main(*sys.argv[1:])

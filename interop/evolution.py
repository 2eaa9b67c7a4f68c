"""Opens with xarray what schema evolution of the engine made of a data set, and appends to it.

    evolution.py DIRECTORY     after `InteropEvolution write DIRECTORY`, before `InteropEvolution check DIRECTORY`
"""

import sys
from pathlib import Path

import icechunk
import icechunk.xarray
import numpy as np
import xarray

NAN = np.nan


def same(variable, *rows):
    np.testing.assert_array_equal(variable.values, np.array(rows, dtype="f8"))


def main(directory):
    repo = icechunk.Repository.open(icechunk.local_filesystem_storage(str(Path(directory) / "evolution")))
    renamed, second, first = [info.id for info in repo.ancestry(branch="main")][:3]
    assert [info.message for info in repo.ancestry(branch="main")][:3] == ["renamed", "second form", "first form"]

    def opened(snapshot):
        return xarray.open_zarr(repo.readonly_session(snapshot_id=snapshot).store, consolidated=False)

    before = opened(first)
    assert sorted(before.variables) == ["high", "low", "rain", "time"], before
    assert dict(before.sizes) == {"time": 3, "station": 2}
    same(before.low, [1, 2], [3, 4], [5, 6])

    evolved = opened(second)
    assert sorted(evolved.variables) == ["high", "low", "time", "wind"], evolved
    assert dict(evolved.sizes) == {"time": 4, "station": 2}
    assert evolved.low.attrs == {"units": "K"}
    assert str(evolved.time.values[-1]).startswith("2026-11-22T03:00"), evolved.time
    same(evolved.low, [1, 2], [3, 4], [5, 6], [13, 14])
    same(evolved.high, [7, 8], [9, 10], [11, 12], [NAN, NAN])
    same(evolved.wind, [NAN, NAN], [NAN, NAN], [NAN, NAN], [15, 16])

    moved = opened(renamed)
    assert sorted(moved.variables) == ["high", "low", "time", "wind_speed"], moved
    same(moved.high, [1, 2], [3, 4], [5, 6], [13, 14])
    assert moved.high.attrs == {"units": "K"}
    assert moved.wind_speed.identical(evolved.wind.rename("wind_speed"))
    diff = repo.diff(from_snapshot_id=second, to_snapshot_id=renamed)
    assert sorted(diff.moved_nodes) == [("/high", "/low"), ("/low", "/high"), ("/wind", "/wind_speed")], diff.moved_nodes

    session = repo.writable_session("main")
    more = moved.isel(time=[-1]).copy(deep=True)
    more["time"] = moved.time[-1:] + np.timedelta64(1, "h")
    more["high"] = more.high * 0 + [[20, 21]]
    icechunk.xarray.to_icechunk(more.drop_encoding(), session, append_dim="time")
    session.commit("appended by xarray")
    appended = opened(repo.lookup_branch("main"))
    same(appended.high, [1, 2], [3, 4], [5, 6], [13, 14], [20, 21])
    print("evolution: xarray opens a data set before and after its evolution, renamed and swapped, and appends to it")


if __name__ == "__main__":
    main(sys.argv[1])

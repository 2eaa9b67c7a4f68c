"""Writes the repository `reference-2.3.0` beside this file with the reference client, and what the client then sees to `reference-2.3.0.json`.

    generator.py        with a Python that has icechunk 2.3.0, zarr and numpy

Ids and times differ each time, so repository and description belong together.
"""

import json
import shutil
import sys
from pathlib import Path

import icechunk
import numpy as np
import zarr

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[4] / "interop"))
from engine_interop import describe_as_java  # noqa: E402

NAME = "reference-2.3.0"


def config():
    splitting = icechunk.ManifestSplittingConfig.from_dict(
        {icechunk.ManifestSplitCondition.name_matches("^split"): {icechunk.ManifestSplitDimCondition.Axis(0): 2}}
    )
    return icechunk.RepositoryConfig(
        inline_chunk_threshold_bytes=60,
        num_updates_per_repo_info_file=5,
        manifest=icechunk.ManifestConfig(splitting=splitting),
    )


def write(repo):
    with repo.transaction("main", message="structure", metadata={"n": 1, "list": [1, 2], "half": 0.5}) as store:
        root = zarr.create_group(store, attributes={"title": "written by the reference", "nested": {"a": [1.5, None, True]}})
        group = root.create_group("types")
        for dtype in ("bool", "i1", "u2", "i4", "u8", "f2", "f4", "f8", "c8"):
            array = group.create_array(dtype, shape=(5, 3), chunks=(2, 2), dtype=dtype, dimension_names=("y", None))
            array[0:3] = (np.arange(9).reshape(3, 3) * 2.5 - 3).astype(dtype) if dtype not in ("bool", "u2", "u8") else np.arange(9).reshape(3, 3).astype(dtype)
        strings = group.create_array("strings", shape=(4,), chunks=(3,), dtype=str, fill_value="none")
        strings[1:3] = np.array(["", "ü€"], dtype=np.dtypes.StringDType())
        root.create_array("scalar", shape=(), dtype="i8")[...] = -7
        root.create_array("empty", shape=(0, 4), chunks=(1, 4), dtype="f4")
    repo.create_tag("structure", snapshot_id=repo.lookup_branch("main"))
    with repo.transaction("main", message="split") as store:
        zarr.open_group(store)["/"].create_array("split", data=np.arange(70.0).reshape(10, 7), chunks=(1, 7))
    with repo.transaction("main", message="resized, one row changed") as store:
        split = zarr.open_group(store)["split"]
        split.resize((12, 7))
        split[5] = -1
    repo.create_branch("side", snapshot_id=repo.lookup_tag("structure"))
    with repo.transaction("side", message="on the side") as store:
        del zarr.open_group(store)["types"]
    session = repo.writable_session("main")
    zarr.open_group(session.store)["split"][0] = 99
    with repo.transaction("main", message="faster") as store:
        zarr.open_group(store)["split"][9] = 77
    session.commit("rebased", rebase_with=icechunk.ConflictDetector())
    repo.create_tag("gone", snapshot_id=repo.lookup_branch("main"))
    repo.delete_tag("gone")


def main():
    target = HERE / NAME
    shutil.rmtree(target, ignore_errors=True)
    storage = icechunk.local_filesystem_storage(str(target))
    write(icechunk.Repository.create(storage, config=config()))
    described = describe_as_java(icechunk.Repository.open(storage))
    (HERE / f"{NAME}.json").write_text(json.dumps(described, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""Exchanges a repository between the engine and the reference client.

    engine_interop.py DIRECTORY [LOCATION]     after `InteropRepository write`, before `InteropRepository check`

Reads DIRECTORY/repository, or the one at LOCATION (s3://bucket/prefix?endpoint=URL, or gs:// or az://, keys in the environment), which the engine wrote, and compares it with DIRECTORY/java.json. Then commits on top of it, and
writes what it then sees to DIRECTORY/python.json, for the engine to compare.
"""

import json
import os
import sys
import urllib.parse
from pathlib import Path

import gcs_translator
import icechunk
import numpy as np
import zarr

zarr.config.set({"array.rectilinear_chunks": True})


def text(value):
    """An element as the engine writes it."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    return value


def same(expected, found, dtype):
    if dtype.startswith("complex"):
        return complex(expected.replace("NaN", "nan")) == complex(found)
    if dtype.startswith("float"):
        return np.array_equal(np.array(expected.replace("Infinity", "inf"), dtype).astype(dtype), np.array(found, dtype), equal_nan=True)
    return expected == text(found)


def time_text(time):
    """As java.time.Instant prints it: no, three or six digits after the second."""
    body = time.strftime("%Y-%m-%dT%H:%M:%S")
    micros = time.microsecond
    if micros == 0:
        return body + "Z"
    return f"{body}.{micros // 1000:03d}Z" if micros % 1000 == 0 else f"{body}.{micros:06d}Z"


def check_array(where, expected, array):
    dtype = expected["type"]
    assert list(array.shape) == expected["shape"], (where, array.shape)
    flat = np.asarray(array[...]).reshape(-1).tolist() if dtype != "float16" else np.asarray(array[...]).reshape(-1)
    assert len(flat) == len(expected["values"]), where
    for i, (e, f) in enumerate(zip(expected["values"], flat)):
        assert same(e, f, dtype), f"{where}[{i}]: expected {e}, found {f}"
    assert dict(array.attrs) == expected["attributes"], (where, dict(array.attrs))


def check_ref(repo, kind, name, expected):
    history = [
        {"id": s.id, "message": s.message, "written": time_text(s.written_at), "metadata": s.metadata}
        for s in repo.ancestry(**{kind: name})
    ]
    assert history == expected["history"], f"{kind} {name}: {history} instead of {expected['history']}"
    session = repo.readonly_session(**{kind: name})
    root = zarr.open_group(session.store, mode="r")
    found = {"/": root} | {"/" + path: node for path, node in root.members(max_depth=None)}
    assert sorted(found) == sorted(expected["nodes"]), (sorted(found), sorted(expected["nodes"]))
    for path, node in expected["nodes"].items():
        if "values" in node:
            check_array(f"{kind} {name} {path}", node, found[path])
        else:
            assert dict(found[path].attrs) == node["attributes"], (path, dict(found[path].attrs))


def check(repo, expected):
    refs = {f"branch {b}" for b in repo.list_branches()} | {f"tag {t}" for t in repo.list_tags()}
    assert refs == set(expected["refs"]), refs
    for ref, content in expected["refs"].items():
        kind, name = ref.split(" ", 1)
        check_ref(repo, kind, name, content)
    operations = [time_text(update.updated_at) for update in repo.ops_log()]
    assert operations == expected["operations"], (operations, expected["operations"])
    return len(operations)


def extend(repo):
    """Does with the reference client what the engine has to read."""
    with repo.transaction("main", message="python grows") as store:
        root = zarr.open_group(store, mode="a")
        split = root["split"]
        split.resize((33, 20))
        split[24:33, 3:7] = 1.5
        root["types/int16"][0, :] = 123
        root["types/variable_length_bytes"][4:5, 6:7] = np.array([[b"\x01\x02"]], dtype=object)
        root["sharded"][3:9, 2:5] = 11
        root["rectilinear"][3:9, 2:6] = 12
        root["types/string"][4, 6] = "from Python ü"
        root.attrs["python"] = [1, 2, 3]
        del root["again"]
    with repo.transaction("main", message="python creates", metadata={"list": [0.5, 1.5], "n": -3}) as store:
        root = zarr.open_group(store, mode="a")
        group = root.create_group("python", attributes={"by": "zarr"})
        group.create_array("v", shape=(10, 3), chunks=(4, 2), dtype="f4", fill_value=np.nan)[2:9] = np.arange(21).reshape(7, 3)
        group.create_array("s", data=np.array(["a", "", "ü"], dtype=np.dtypes.StringDType()))
    repo.create_tag("python", snapshot_id=repo.lookup_branch("main"))
    repo.create_branch("python", snapshot_id=repo.lookup_tag("types"))


def describe_array(array, chunks):
    values = np.asarray(array[...]).reshape(-1)
    dtype = str(array.metadata.data_type.to_json(zarr_format=3)) if hasattr(array.metadata.data_type, "to_json") else str(array.dtype)
    return {"type": dtype, "shape": list(array.shape), "values": values, "attributes": dict(array.attrs), "chunks": chunks}


def chunk_count(session, path):
    import asyncio

    async def count():
        return sum([1 async for _ in session.chunk_coordinates(path)])

    return asyncio.run(count())


def describe(repo):
    """Branches and tags with history, nodes, attributes and elements, and the operations log."""
    refs = {}
    for kind, names in (("branch", repo.list_branches()), ("tag", repo.list_tags())):
        for name in names:
            session = repo.readonly_session(**{kind: name})
            root = zarr.open_group(session.store, mode="r")
            nodes = {"/": {"attributes": dict(root.attrs)}}
            for path, node in root.members(max_depth=None):
                nodes["/" + path] = (
                    {"attributes": dict(node.attrs)}
                    if isinstance(node, zarr.Group)
                    else describe_array(node, chunk_count(session, "/" + path))
                )
            history = [
                {"id": s.id, "message": s.message, "written": time_text(s.written_at), "metadata": s.metadata}
                for s in repo.ancestry(**{kind: name})
            ]
            refs[f"{kind} {name}"] = {"history": history, "nodes": nodes}
    return {"refs": refs, "operations": [time_text(update.updated_at) for update in repo.ops_log()]}


def java_text(value, dtype):
    """An element as java.lang.String.valueOf prints it."""
    if dtype.startswith("complex"):
        part = dtype.replace("complex64", "float32").replace("complex128", "float64")
        real, imaginary = java_float(value.real, part), java_float(value.imag, part)
        return f"{real}{'' if imaginary.startswith('-') else '+'}{imaginary}j"
    if dtype.startswith("float"):
        return java_float(value, dtype)
    return text(value)


def java_float(value, dtype):
    value = float(value)
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def describe_as_java(repo):
    """What the engine's InteropRepository.describe gives for the same repository."""
    described = describe(repo)
    for ref in described["refs"].values():
        for node in ref["nodes"].values():
            if "values" in node:
                node["values"] = [java_text(v, node["type"]) for v in node["values"]]
    return described


def storage_at(location):
    """A folder, or s3://, gs:// or az:// with ?endpoint=URL and the keys in the environment."""
    url = urllib.parse.urlsplit(location)
    if url.scheme not in ("s3", "gs", "az"):
        return icechunk.local_filesystem_storage(location)
    endpoint = urllib.parse.parse_qs(url.query)["endpoint"][0]
    return {"s3": s3_storage, "gs": gcs_storage, "az": azure_storage}[url.scheme](url, endpoint)


def s3_storage(url, endpoint):
    return icechunk.s3_storage(
        bucket=url.netloc,
        prefix=url.path.strip("/"),
        region="us-east-1",
        endpoint_url=endpoint,
        allow_http=endpoint.startswith("http:"),
        force_path_style=True,
        from_env=True,
    )


def gcs_storage(url, endpoint):
    """Without credentials; an address other than Google's goes into what else is the key of a service account."""
    key = {"gcs_base_url": gcs_translator.start(endpoint), "disable_oauth": True}
    key |= {"client_email": "", "private_key": "", "private_key_id": ""}
    return icechunk.gcs_storage(
        bucket=url.netloc,
        prefix=url.path.strip("/"),
        service_account_key=json.dumps(key),
        config={"allow_http": "true"},
    )


def azure_storage(url, endpoint):
    container, prefix = url.path.strip("/").split("/", 1)
    return icechunk.azure_storage(
        account=url.netloc,
        container=container,
        prefix=prefix,
        access_key=os.environ["AZURE_STORAGE_KEY"],
        config={"azure_storage_endpoint": endpoint, "allow_http": "true"},
    )


def main(directory, location):
    storage = storage_at(location)
    repo = icechunk.Repository.open(storage)
    operations = check(repo, json.loads((directory / "java.json").read_text()))
    extend(repo)
    described = describe_as_java(icechunk.Repository.open(storage))
    (directory / "python.json").write_text(json.dumps(described, indent=1))
    print(f"the reference client agrees with the engine on {operations} operations, and has added its own")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    main(folder, sys.argv[2] if len(sys.argv) > 2 else str(folder / "repository"))

"""Exchanges virtual chunks between the engine and the reference client.

    virtual_interop.py DIRECTORY     after `InteropVirtual write DIRECTORY`, before `InteropVirtual check DIRECTORY`

Reads DIRECTORY/virtual-java, which the engine wrote: containers, values, stale chunks, locations. Writes the same with the reference
client into DIRECTORY/virtual-python, for the engine to read.
"""

import datetime
import os
import sys
from pathlib import Path

import icechunk
import numpy as np
import zarr

TIME = datetime.datetime(2026, 11, 21, 12, 0, 1, tzinfo=datetime.timezone.utc)


def containers(prefix, directory):
    return [
        icechunk.VirtualChunkContainer(prefix, icechunk.local_filesystem_store(str(directory)), name="data"),
        icechunk.VirtualChunkContainer("https://example.org/x/", icechunk.http_store({})),
        icechunk.VirtualChunkContainer("s3://bucket/x/", icechunk.s3_store(region="eu-central-1", anonymous=True, network_stream_timeout_seconds=None), name="bucket"),
        icechunk.VirtualChunkContainer("gs://bucket/x/", icechunk.gcs_store({})),
    ]


def described(container):
    return (container.url_prefix, str(container.name), repr(container.store))


def name(i):
    return f"member-{i:03d}-of-an-ensemble.nc"


def check_values(session):
    a = zarr.open_array(session.store, path="a", mode="r")
    for i in (0, 1, 2, 5):
        assert a[i] == i, f"chunk {i} of /a is {a[i]}"
    for i in (3, 4):
        try:
            a[i]
        except icechunk.IcechunkError as error:
            assert "checksum of the object" in str(error), str(error)
        else:
            raise AssertionError(f"chunk {i} of /a is stale and was read")
    many = zarr.open_array(session.store, path="many", mode="r")[:].tobytes().decode()
    expected = "".join(f"file {i:03d} of many"[:12] for i in range(500))
    assert many == expected, "the values of /many"
    locations = session.all_virtual_chunk_locations()
    assert len(set(locations)) == 501, f"{len(set(locations))} locations"
    assert not any(location.startswith("vcc:") for location in locations)


def read(directory, prefix, authorised):
    storage = icechunk.local_filesystem_storage(str(directory / "virtual-java"))
    repo = icechunk.Repository.open(storage, authorize_virtual_chunk_access=authorised)
    found = sorted(described(c) for c in repo.config.virtual_chunk_containers.values())
    wanted = sorted(described(c) for c in containers(prefix, directory))
    assert found == wanted, f"containers: the engine stored {found}, the reference makes {wanted}"
    session = repo.readonly_session("main")
    check_values(session)
    unauthorised = icechunk.Repository.open(storage)
    try:
        zarr.open_array(unauthorised.readonly_session("main").store, path="a", mode="r")[0]
        raise AssertionError("a chunk was read without authorisation")
    except icechunk.IcechunkError as error:
        assert "authorize" in str(error)
    # Committing on top makes the reference client read and write the dictionary.
    session = repo.writable_session("main")
    session.store.set_virtual_ref("many/c/0", "vcc://data/" + name(0), offset=0, length=4)
    session.commit("one reference by the reference client")
    check_values(repo.readonly_session("main"))
    print("virtual chunks: the reference client reads 1,504 chunks at 501 locations as the engine wrote them, and finds two stale")


def write(directory, prefix, authorised):
    config = icechunk.RepositoryConfig.default()
    for container in containers(prefix, directory):
        config.set_virtual_chunk_container(container)
    repo = icechunk.Repository.create(
        icechunk.local_filesystem_storage(str(directory / "virtual-python")), config, authorize_virtual_chunk_access=authorised)
    repo.save_config()
    session = repo.writable_session("main")
    store = session.store
    root = zarr.create_group(store)
    options = {"dtype": "u1", "compressors": None, "filters": None, "fill_value": 0}
    root.create_array("a", shape=(10,), chunks=(1,), **options)
    root.create_array("many", shape=(6000,), chunks=(4,), **options)
    bytes_bin = prefix + "bytes.bin"
    store.set_virtual_ref("a/c/0", bytes_bin, offset=0, length=1)
    store.set_virtual_ref("a/c/1", "vcc://data/bytes.bin", offset=1, length=1)
    store.set_virtual_ref("a/c/2", bytes_bin, offset=2, length=1, checksum=TIME)
    store.set_virtual_ref("a/c/3", bytes_bin, offset=3, length=1, checksum=TIME - datetime.timedelta(seconds=1))
    store.set_virtual_ref("a/c/4", bytes_bin, offset=4, length=1, checksum='"another"')
    store.set_virtual_ref("a/c/5", prefix + "x/../bytes.bin", offset=5, length=1)
    locations = [(prefix if i % 2 == 0 else "vcc://data/") + name(i // 3) for i in range(1500)]
    offsets = np.array([4 * (i % 3) for i in range(1500)], dtype="u8")
    failed = store.set_virtual_refs_arr("/many", (1500,), locations, offsets, np.full(1500, 4, dtype="u8"))
    assert failed is None, failed
    session.commit("virtual chunks by the reference client")
    check_values(repo.readonly_session("main"))


def main(directory):
    prefix = f"file://{directory}/virtual-data/"
    assert os.path.exists(directory / "virtual-data" / "bytes.bin")
    authorised = {prefix: icechunk.credentials.LocalFileSystemAccess}
    read(directory, prefix, authorised)
    write(directory, prefix, authorised)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())

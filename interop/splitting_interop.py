"""Default windows of manifests: the reference client commits to a repository that the engine created, and must keep to them.

usage: splitting_interop.py DIR      a repository of InteropSplitting
"""
import sys

import icechunk
import numpy
import zarr

storage = icechunk.local_filesystem_storage(sys.argv[1])


def references(repo):
    return [manifest.num_chunk_refs for manifest in repo.list_manifest_files(repo.lookup_branch("main"))]


def commit(repo, change):
    session = repo.writable_session("main")
    change(zarr.open_group(session.store, mode="a"))
    session.commit("by the reference client")


def create(group):
    array = group.create_array("theirs", shape=(3000,), chunks=(1,), dtype="i4", compressors=None, filters=None)
    array[:] = numpy.arange(3000) + 1


def grow(group):
    group["theirs"].resize((3001,))
    group["theirs"][3000] = 9


def change(group):
    group["theirs"][10] = 8


repo = icechunk.Repository.open(storage)
before = references(repo)
assert max(before) == 1024, before
commit(repo, create)
assert sorted(references(repo)) == sorted(before + [952, 1024, 1024]), references(repo)
commit(repo, grow)
assert sorted(references(repo)) == sorted(before + [953, 1024, 1024]), references(repo)

config = icechunk.RepositoryConfig.default()
config.inline_chunk_threshold_bytes = 100
own = icechunk.Repository.open(storage, config=config)
commit(own, change)
own.save_config()
assert sorted(references(own)) == sorted(before + [953, 1024, 1024]), references(own)

again = icechunk.Repository.open(storage)
assert again.config.inline_chunk_threshold_bytes == 100
commit(again, grow)
session = again.readonly_session("main")
group = zarr.open_group(session.store, mode="r")
expected = numpy.arange(3001) + 1
expected[10], expected[3000] = 8, 9
assert (group["theirs"][:] == expected).all()
assert (group["ours"][:] == numpy.arange(2500) + 1).all()
assert max(references(again)) == 1024, references(again)
print("the reference client keeps the default windows:", sorted(references(again)))

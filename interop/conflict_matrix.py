"""Asks the reference client what becomes of every pair of changes, and compares with what the engine says.

    conflict_matrix.py FILE     after `InteropConflicts FILE`

Equal answers are counted. Where the engine refuses what the reference lets pass, the kind of its conflict must be one that the
engine documents; each such pair is counted by kind. Anything else fails.
"""

import json
import os
import sys
from collections import Counter

os.environ.setdefault("ICECHUNK_LOG", "error")
import icechunk
from zarr.core.buffer import cpu
from zarr.core.sync import sync

ARRAY = {
    "zarr_format": 3, "node_type": "array", "shape": [4], "data_type": "uint8",
    "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1]}},
    "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
    "fill_value": 0, "codecs": [{"name": "bytes"}], "attributes": {},
}
GROUP = {"zarr_format": 3, "node_type": "group", "attributes": {}}
# What the engine refuses though the reference lets it pass: holes of the reference's matrix.
STRICTER = {"PATH_TAKEN_TWICE", "ORPHANED_NODE", "MOVE_OF_DELETED_NODE", "CHUNKS_OUTSIDE_SHRUNK_ARRAY"}


def put(session, key, value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    sync(session.store.set(key, cpu.Buffer.from_bytes(data)))


def chunk(session, index):
    put(session, f"a/c/{index}", bytes([10 + index]))


def remove(session, path):
    sync(session.store.delete_dir(path))


def array(shape=4, **attributes):
    return ARRAY | {"shape": [shape], "attributes": attributes}


def group(**attributes):
    return GROUP | {"attributes": attributes}


EDITS = {
    "set c0": lambda s: chunk(s, 0),
    "set c1": lambda s: chunk(s, 1),
    "set c3": lambda s: chunk(s, 3),
    "set c0 c1": lambda s: (chunk(s, 0), chunk(s, 1)),
    "del c0": lambda s: sync(s.store.delete("a/c/0")),
    "upd /a": lambda s: put(s, "a/zarr.json", array(k=1)),
    "grow /a": lambda s: put(s, "a/zarr.json", array(6)),
    "grow /a set c5": lambda s: (put(s, "a/zarr.json", array(6)), chunk(s, 5)),
    "shrink /a": lambda s: put(s, "a/zarr.json", array(2)),
    "del /a": lambda s: remove(s, "a"),
    "upd /": lambda s: put(s, "zarr.json", group(k=1)),
    "upd /g": lambda s: put(s, "g/zarr.json", group(k=1)),
    "del /g": lambda s: remove(s, "g"),
    "new grp /x": lambda s: put(s, "x/zarr.json", group()),
    "new arr /x": lambda s: put(s, "x/zarr.json", array()),
    "new /x/y": lambda s: put(s, "x/y/zarr.json", group()),
    "new /g/k": lambda s: put(s, "g/k/zarr.json", group()),
    "recreate /a": lambda s: (remove(s, "a"), put(s, "a/zarr.json", array())),
    "recreate /a group": lambda s: (remove(s, "a"), put(s, "a/zarr.json", group())),
    "recreate /g": lambda s: (remove(s, "g"), put(s, "g/zarr.json", group())),
    "recreate /g array": lambda s: (remove(s, "g"), put(s, "g/zarr.json", array())),
}


def solver(name):
    version = icechunk.VersionSelection
    if name == "detector":
        return icechunk.ConflictDetector()
    if name == "fail":
        return icechunk.BasicConflictSolver(
            on_chunk_conflict=version.Fail, fail_on_delete_of_updated_array=True, fail_on_delete_of_updated_group=True
        )
    return icechunk.BasicConflictSolver(on_chunk_conflict=version.UseTheirs if name == "theirs" else version.UseOurs)


def changed(repo, edit):
    if edit.startswith("move "):
        session = repo.rearrange_session("main")
        session.move(*edit.split(" ")[1:])
    else:
        session = repo.writable_session("main")
        EDITS[edit](session)
    return session


def name_of(kind):
    return str(kind).upper().replace(" ", "_")


def describe(conflict):
    chunks = ",".join(sorted("/".join(map(str, c)) for c in conflict.conflicted_chunks or []))
    return f"{name_of(conflict.conflict_type)} {conflict.path or '/'}" + (f" {chunks}" if chunks else "")


def outcome(theirs, ours, how):
    repo = icechunk.Repository.create(icechunk.in_memory_storage())
    base = repo.writable_session("main")
    put(base, "zarr.json", group())
    put(base, "g/zarr.json", group())
    put(base, "a/zarr.json", array())
    for i in range(4):
        put(base, f"a/c/{i}", b"\1")
    base.commit("base")
    late, early = changed(repo, ours), changed(repo, theirs)
    early.commit("theirs")
    try:
        late.rebase(solver(how))
    except icechunk.RebaseFailedError as e:
        return "; ".join(sorted(describe(c) for c in e.conflicts))
    try:
        late.commit("ours")
    except icechunk.IcechunkError as e:
        return "error: " + str(e).splitlines()[0]
    return "commit"


def compare(key, ours, theirs):
    """None if the answers are the same, else in what way the engine is stricter; fails on any other difference."""
    if ours == theirs:
        return None
    kinds = {conflict.split(" ")[0] for conflict in ours.split("; ")}
    if kinds <= STRICTER and (theirs == "commit" or theirs.startswith("error")):
        return "refused: " + ", ".join(sorted(kinds)) + (", where the reference fails in the commit" if theirs != "commit" else "")
    if ours == "NothingToCommit" and theirs == "commit":
        return "no empty snapshot is made when nothing is left of ours"
    raise AssertionError(f"{key}: the engine says {ours!r}, the reference {theirs!r}")


def main(file):
    matrix = json.loads(open(file).read())
    counts = Counter()
    failures = []
    for key, ours in matrix.items():
        try:
            counts[compare(key, ours, outcome(*key.split("|"))) or "equal"] += 1
        except AssertionError as e:
            failures.append(str(e))
    for what, count in counts.most_common():
        print(f"{count:5} {what}")
    if failures:
        sys.exit("\n".join(failures))


if __name__ == "__main__":
    main(sys.argv[1])

"""Exchanges what sessions and repositories can do beyond editing between the engine and the reference client.

    sessions_interop.py DIRECTORY     after `InteropSessions write DIRECTORY`, before `InteropSessions check DIRECTORY`

Compares all that can be seen of DIRECTORY/sessions, which the engine wrote, with DIRECTORY/sessions-java.json: histories, node ids,
values, the differences from every ancestor, the operations log, metadata, status, features, configuration. Then does the same kinds of
things to it, and describes the result in DIRECTORY/sessions-python.json, for the engine to compare.
"""

import json
import re
import sys
from pathlib import Path

import icechunk
import zarr

SETTINGS = {None: "DEFAULT", True: "ENABLED", False: "DISABLED"}


def availability(status):
    return "ONLINE" if status.availability == icechunk.RepoAvailability.online else "READ_ONLY"


def describe_operation(kind):
    name = type(kind).__name__
    if name == "FeatureFlagChanged":
        value = {None: "default", True: "true", False: "false"}[kind.new_value]
        return f"{name} {kind.id} {value}"
    if name == "RepoStatusChanged":
        return f"{name} {availability(kind.status)} {kind.status.limited_availability_reason or ''}"
    return " ".join([name, *re.findall(r'"([^"]*)"', repr(kind))])


def net_moves(moves):
    """The engine tells where a node was and where it ended up; the reference each commit's move by itself.

    Only of moves that occupy no path twice, because the order of the commits is not told.
    """
    after = dict(moves)
    assert len(after) == len(moves) == len(set(after.values())), f"moves that meet: {moves}"
    net = []
    for start in sorted(set(after) - set(after.values())):
        end = after[start]
        while end in after:
            end = after[end]
        net.append(f"{start} {end}")
    return net


def describe_diff(diff):
    return {
        "new groups": sorted(diff.new_groups),
        "new arrays": sorted(diff.new_arrays),
        "deleted groups": sorted(diff.deleted_groups),
        "deleted arrays": sorted(diff.deleted_arrays),
        "updated groups": sorted(diff.updated_groups),
        "updated arrays": sorted(diff.updated_arrays),
        "chunks": {path: ["/".join(map(str, c)) for c in sorted(chunks)] for path, chunks in diff.updated_chunks.items()},
    }


def describe_ref(repo, kind, name):
    history = [{"id": s.id, "message": s.message, "metadata": s.metadata} for s in repo.ancestry(**{kind: name})]
    session = repo.readonly_session(**{kind: name})
    nodes = {}
    if len(history) > 1:
        root = zarr.open_group(session.store, mode="r")
        nodes["/"] = {"id": session.get_node_id("/")}
        for path, node in root.members(max_depth=None):
            nodes["/" + path] = {"id": session.get_node_id("/" + path)}
            if isinstance(node, zarr.Array):
                nodes["/" + path]["values"] = node[...].tolist()
    tip = history[0]["id"]
    differences = [repo.diff(from_snapshot_id=s["id"], to_snapshot_id=tip) for s in history[1:]]
    described = [describe_diff(diff) | {"moves": net_moves(diff.moved_nodes)} for diff in differences]
    return {"history": history, "nodes": nodes, "differences": described}


def describe(repo):
    refs = {f"{kind} {name}": describe_ref(repo, kind, name)
            for kind, names in (("branch", repo.list_branches()), ("tag", repo.list_tags())) for name in names}
    return {
        "refs": refs,
        "operations": [describe_operation(update.kind) for update in repo.ops_log()],
        "metadata": repo.get_metadata(),
        "status": availability(repo.get_status()),
        "features": {flag.name: SETTINGS[flag.setting] for flag in repo.feature_flags()},
        "inline": repo.config.inline_chunk_threshold_bytes,
    }


def compare(path, expected, found):
    if isinstance(expected, dict) and isinstance(found, dict):
        assert sorted(expected) == sorted(found), f"{path}: {sorted(expected)} instead of {sorted(found)}"
        for key in expected:
            compare(f"{path}/{key}", expected[key], found[key])
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for i, (one, other) in enumerate(zip(expected, found)):
            compare(f"{path}[{i}]", one, other)
    else:
        assert expected == found, f"{path}: the engine says {expected}, the reference {found}"


def move(repo, message, *moves):
    session = repo.rearrange_session("main")
    for source, target in moves:
        session.move(source, target)
    session.commit(message)


def edit(repo, change, branch="main"):
    session = repo.writable_session(branch)
    change(session, zarr.open_group(session.store))
    return session


def assign(name, at, value):
    def change(session, root):
        root[name][at] = value
    return change


def extend(repo):
    """Does with the reference client what the engine has to read."""
    try:
        repo.delete_tag("aside")
        raise AssertionError("the feature flag delete_tag is not obeyed")
    except icechunk.IcechunkError:
        pass
    base = repo.lookup_branch("main")
    move(repo, "python moves", ("/h/a", "/a"), ("/h", "/k"))
    session = repo.rearrange_session("main")
    session.move("/a", "/k/a")
    session.amend("python amends a move")
    edit(repo, assign("k/a", 5, 500)).commit("python writes")
    edit(repo, assign("k/a", 6, 600)).amend("python amends", metadata={"n": [1, 2]})
    edit(repo, lambda s, root: s.shift_array("/k/shifted", (-1,))).commit("python shifts")
    edit(repo, lambda s, root: s.reindex_array("/k/reindexed", lambda i: [i[0] + 1] if i[0] < 5 else None)).commit("python reindexes")

    def structure(session, root):
        del root["k/c"]
        root["k"].create_array("new", shape=(4,), chunks=(2,), dtype="i4", fill_value=0)[:] = 7
        root.attrs["python"] = 1
    edit(repo, structure).commit("python changes the structure")
    detached = edit(repo, assign("k/a", 0, 900)).flush("python aside")
    repo.create_tag("python aside", detached)
    repo.create_branch("python", base)
    repo.reset_branch("python", detached, from_snapshot_id=base)
    repo.update_metadata({"python": {"x": 1.5}})
    repo.set_status(icechunk.RepoStatus(icechunk.RepoAvailability.read_only, limited_availability_reason="python"))
    repo.set_status(icechunk.RepoStatus(icechunk.RepoAvailability.online))
    repo.set_feature_flag("delete_tag", None)
    repo.set_feature_flag("create_tag", False)
    repo.delete_tag("aside")
    config = repo.config
    config.inline_chunk_threshold_bytes = 33
    reopened = icechunk.Repository.open(repo.storage, config)
    reopened.save_config()


def main(directory):
    storage = icechunk.local_filesystem_storage(str(directory / "sessions"))
    repo = icechunk.Repository.open(storage)
    described = describe(repo)
    compare("", json.loads((directory / "sessions-java.json").read_text()), described)
    count = len(described["operations"])
    differences = sum(len(ref["differences"]) for ref in described["refs"].values())
    print(f"sessions: the reference client agrees with the engine on {count} operations and {differences} differences, and adds its own")
    extend(repo)
    (directory / "sessions-python.json").write_text(json.dumps(describe(icechunk.Repository.open(storage)), indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

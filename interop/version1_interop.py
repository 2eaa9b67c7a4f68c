"""Exchanges repositories of format version 1 between the engine and the reference client, and upgrades them.

    version1_interop.py create DIRECTORY      makes DIRECTORY/theirs in version 1
    version1_interop.py turn DIRECTORY N      checks all repositories in DIRECTORY and makes turn N on each
    version1_interop.py upgrade DIRECTORY     upgrades a copy of each repository of version 1

With a location at the end, which has {} for the name, the repositories are there and only the models in the folder; there is no upgrade then.

The same verbs in Java are those of InteropVersion1. What is in a repository is kept in a plain model, DIRECTORY/NAME.json, which whoever
makes a turn brings up to date without looking at the repository; whoever comes next compares everything that can be seen with it.
"""

import json
import shutil
import sys
from pathlib import Path

import icechunk
import numpy
import zarr

from engine_interop import storage_at

ACTOR = "reference"
CHUNK = 2


def storage_of(directory, name):
    return storage_at(sys.argv[-1].replace("{}", name)) if "{}" in sys.argv[-1] else icechunk.local_filesystem_storage(str(directory / name))


def open_repository(directory, name):
    return icechunk.Repository.open(storage_of(directory, name))


def create(directory):
    config = icechunk.RepositoryConfig.default()
    config.inline_chunk_threshold_bytes = 0
    config.manifest = icechunk.ManifestConfig(splitting=icechunk.ManifestSplittingConfig.from_dict(
        {icechunk.ManifestSplitCondition.name_matches("^a$"): {icechunk.ManifestSplitDimCondition.Axis(0): 2}}))
    repo = icechunk.Repository.create(storage_of(directory, "theirs"), config=config, spec_version=1)
    repo.save_config()
    session = repo.writable_session("main")
    root = zarr.create_group(session.store)
    array = root.create_group("g").create_array("a", shape=(6,), chunks=(CHUNK,), dtype="int32", dimension_names=["x"])
    array[:] = numpy.arange(6)
    session.commit("start", {"start": [1, -2, 2.5, {"nested": None, "big": 2**63}], "": "empty"})
    state = {"messages": ["start", "Repository initialized"], "values": list(range(6)), "groups": []}
    save(directory, "theirs", {"version": 1, "inline": 0, "branches": {"main": state}, "tags": {}, "deleted": [], "diff": [0, 1, 2],
                               "metadata": {"start": [1, -2, 2.5, {"nested": None, "big": 2**63}], "": "empty"}})


def save(directory, name, model):
    (directory / f"{name}.json").write_text(json.dumps(model))


def models(directory):
    return {path.stem: json.loads(path.read_text()) for path in sorted(directory.glob("*.json"))}


def look(repo, **ref):
    session = repo.readonly_session(**ref)
    root = zarr.open_group(session.store, mode="r")
    return {
        "messages": [snapshot.message for snapshot in repo.ancestry(**ref)],
        "values": root["g/a"][...].tolist(),
        "groups": sorted(name for name, _ in root["g"].groups()),
    }


def check(name, repo, model):
    def same(what, expected, found):
        assert expected == found, f"{name}, {what}: {expected} in the model, the reference finds {found}"

    same("version", model["version"], int(repo.spec_version))
    same("inline", model["inline"], repo.config.inline_chunk_threshold_bytes)
    same("branches", sorted(model["branches"]), sorted(repo.list_branches()))
    same("tags", sorted(model["tags"]), sorted(repo.list_tags()))
    for kind, refs in (("branch", model["branches"]), ("tag", model["tags"])):
        for ref, expected in refs.items():
            same(f"{kind} {ref}", expected, look(repo, **{kind: ref}))
    for tag in model["deleted"]:
        try:
            repo.lookup_tag(tag)
        except icechunk.IcechunkError:
            continue
        raise AssertionError(f"{name}: tag {tag} was deleted and is there")
    history = list(repo.ancestry(branch="main"))
    diff = repo.diff(from_snapshot_id=history[1].id, to_snapshot_id=history[0].id)
    same("diff", {"/g/a": [[chunk] for chunk in model["diff"]]},
         {path: sorted(list(chunk) for chunk in chunks) for path, chunks in diff.updated_chunks.items()})
    same("metadata", model["metadata"], history[0].metadata)
    if model["version"] == 2:
        times = [update.updated_at for update in repo.ops_log()]
        same("log", sorted(times, reverse=True), times)
        assert len(set(times)) == len(times) > 5, f"{name}: {len(times)} operations"


def copy(state):
    return json.loads(json.dumps(state))


def commit(repo, branch, message, change, metadata=None, **options):
    session = repo.writable_session(branch)
    change(zarr.open_group(session.store))
    session.commit(message, metadata, **options)


def turn(repo, model, n):
    main = model["branches"]["main"]

    def grow(root):
        array = root["g/a"]
        array.resize((array.shape[0] + CHUNK,))
        array[-CHUNK:] = [n, n + 1]
        array[n % 4] = 100 * n
        root["g"].create_group(f"{ACTOR}{n}")

    commit(repo, "main", f"{ACTOR} {n}", grow)
    main["values"] += [n, n + 1]
    main["values"][n % 4] = 100 * n
    main["groups"] = sorted([*main["groups"], f"{ACTOR}{n}"])

    first, second = repo.writable_session("main"), repo.writable_session("main")
    zarr.open_group(first.store)["g/a"][0] = 10 * n
    zarr.open_group(second.store)["g/a"][-1] = 10 * n + 1
    first.commit("first")
    second.commit("second", {"turn": n, "by": ACTOR}, rebase_with=icechunk.ConflictDetector())
    main["values"][0], main["values"][-1] = 10 * n, 10 * n + 1
    main["messages"] = ["second", "first", f"{ACTOR} {n}", *main["messages"]]
    model["diff"] = [len(main["values"]) // CHUNK - 1]
    model["metadata"] = {"turn": n, "by": ACTOR, "__icechunk": {"rebase_attempts": 1}}

    tip = repo.lookup_branch("main")
    branch = f"{ACTOR}-{n}"
    repo.create_branch(branch, tip)
    commit(repo, branch, "aside", lambda root: root["g/a"].__setitem__(1, -n))
    model["branches"][branch] = copy(main)
    model["branches"][branch]["values"][1] = -n
    model["branches"][branch]["messages"].insert(0, "aside")
    repo.create_tag(f"{ACTOR} works! {n}", tip)
    model["tags"][f"{ACTOR} works! {n}"] = copy(main)

    for tag in sorted(tag for tag in model["tags"] if not tag.startswith(ACTOR))[:1]:
        repo.delete_tag(tag)
        del model["tags"][tag]
        model["deleted"].append(tag)
    others = sorted(name for name in model["branches"] if not name.startswith(ACTOR) and name != "main")
    for other in others[:1]:
        repo.reset_branch(other, tip, from_snapshot_id=repo.lookup_branch(other))
        model["branches"][other] = copy(main)
    for other in others[1:2]:
        repo.delete_branch(other)
        del model["branches"][other]


def main():
    verb, directory = sys.argv[1], Path(sys.argv[2])
    if verb == "create":
        create(directory)
        return
    for name, model in models(directory).items():
        repo = open_repository(directory, name)
        check(name, repo, model)
        if verb == "turn":
            turn(repo, model, int(sys.argv[3]))
            check(name, open_repository(directory, name), model)
            save(directory, name, model)
        elif model["version"] == 1:
            upgraded = f"{name}-upgraded-by-{ACTOR}"
            shutil.copytree(directory / name, directory / upgraded)
            icechunk.upgrade_icechunk_repository(open_repository(directory, upgraded), dry_run=False)
            save(directory, upgraded, {**model, "version": 2})
    print(f"version 1: the reference client agrees with the models of {', '.join(models(directory))}")


if __name__ == "__main__":
    main()

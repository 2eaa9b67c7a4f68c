"""Lets the engine and the reference client work on one repository in random order, each step done by either of them.

    random_interop.py DIRECTORY [--seeds N] [--first SEED] [--steps N] -- JAVA-COMMAND...

JAVA-COMMAND starts InteropDriver, which takes commands as lines of JSON; the repository's directory is appended to it. After each
step all that can be seen is asked of both sides: branches, tags, their histories with times and metadata, nodes with ids, attributes,
lengths and chunks, the change of the last commit, repository metadata, the operations log. The two must say the same, and what a
plain model says. At the end every snapshot that is listed is read by both, and the engine verifies every object.

Where the reference does something else, on purpose or not, the model says so by name: see DIFFERENCES.
"""

import argparse
import copy
import json
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

os.environ.setdefault("ICECHUNK_LOG", "error")
import icechunk
from zarr.core.buffer import cpu, default_buffer_prototype
from zarr.core.sync import sync

from sessions_interop import describe_diff, describe_operation

INITIAL = "1CECHNKREP0F1RSTCMT0"
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# What the two call differently, and what they do differently; the differences that occurred are counted.
OPERATIONS = {"GCRan": "GarbageCollected"}
EMPTY_EXPIRATION = "difference: the reference notes an expiration that releases nothing"
EMPTY_COLLECTION = "difference: the reference notes a collection where no object is old enough"
MOVES = "difference: the reference tells the moves of each commit by themselves, where expiration has put several together"
CHUNKS = "difference: of two nodes that had one path in a commit, the reference tells the chunks of one, the engine of both"


def compare(path, one, other, names=("the model", "what is seen")):
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            compare(f"{path}/{key}", one[key], other[key], names)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for i, (first, second) in enumerate(zip(one, other)):
            compare(f"{path}[{i}]", first, second, names)
    else:
        assert one == other, f"{path}: {names[0]} has {one}, {names[1]} {other}"


def micros(time):
    return (time - EPOCH) // timedelta(microseconds=1)


def below(path, tree):
    return tree == "/" or path == tree or path.startswith(tree + "/")


def join(parent, name):
    return (parent if parent != "/" else "") + "/" + name


def group_document(k):
    return {"zarr_format": 3, "node_type": "group", "attributes": {"k": k}}


def array_document(k, length):
    return {
        "zarr_format": 3, "node_type": "array", "shape": [length], "data_type": "int8",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0, "codecs": [{"name": "bytes"}], "attributes": {"k": k},
    }


class Engine:
    """The engine in a process of its own."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, what, **more):
        self.process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the engine's process ended"
        answer = json.loads(line)
        assert "error" not in answer, f"the engine refuses {what} {more}: {answer}"
        return answer["result"]

    def close(self):
        self.process.stdin.close()
        assert self.process.wait() == 0

    def look(self):
        return self.ask("look")

    def snapshot(self, id):
        return self.ask("snapshot", id=id)

    def reopen(self):
        self.ask("reopen")

    def edit(self, branch, message, edits, how):
        return self.ask("edit", branch=branch, message=message, edits=edits, how=how)

    def move(self, branch, message, moves, how):
        return self.ask("move", branch=branch, message=message, moves=moves, how=how)

    def create_branch(self, name, id):
        self.ask("create branch", name=name, id=id)

    def delete_branch(self, name):
        self.ask("delete branch", name=name)

    def reset(self, name, id):
        self.ask("reset", name=name, id=id)

    def create_tag(self, name, id):
        return self.ask("create tag", name=name, id=id) == "Created"

    def delete_tag(self, name):
        self.ask("delete tag", name=name)

    def metadata(self, name, value):
        self.ask("metadata", name=name, value=value)

    def expire(self, time, branches, tags):
        return set(self.ask("expire", **{"older than": time}, branches=branches, tags=tags))

    def collect(self, time):
        self.ask("collect", **{"older than": time})


class Reference:
    """The reference client."""

    def __init__(self, directory):
        self.storage = icechunk.local_filesystem_storage(directory)
        config = icechunk.RepositoryConfig.default()
        config.num_updates_per_repo_info_file = 7
        config.inline_chunk_threshold_bytes = 0
        self.repo = icechunk.Repository.create(self.storage, config)
        self.repo.save_config()

    def reopen(self):
        self.repo = icechunk.Repository.open(self.storage)

    def look(self):
        refs = {f"{kind} {name}": self.ref(kind, name)
                for kind, names in (("branch", self.repo.list_branches()), ("tag", self.repo.list_tags())) for name in names}
        operations = [describe_operation(update.kind) for update in self.repo.ops_log()]
        return {"refs": refs, "metadata": self.repo.get_metadata(), "operations": [named(text) for text in operations]}

    def ref(self, kind, name):
        ancestry = list(self.repo.ancestry(**{kind: name}))
        ref = {
            "history": [{"id": s.id, "message": s.message, "metadata": s.metadata, "time": micros(s.written_at)} for s in ancestry],
            "tree": self.snapshot(ancestry[0].id),
        }
        if len(ancestry) > 1:
            diff = self.repo.diff(from_snapshot_id=ancestry[1].id, to_snapshot_id=ancestry[0].id)
            ref["last change"] = describe_diff(diff) | {"moves": sorted(f"{source} {target}" for source, target in diff.moved_nodes)}
        return ref

    def snapshot(self, id):
        session = self.repo.readonly_session(snapshot_id=id)
        tree = {}
        chunks = []
        for key in sync(keys_of(session.store)):
            if key == "zarr.json" or key.endswith("/zarr.json"):
                path = "/" + key[: -len("zarr.json")].rstrip("/")
                document = json.loads(fetch(session.store, key))
                tree[path] = {"id": session.get_node_id(path), "k": document["attributes"]["k"]}
                if document["node_type"] == "array":
                    tree[path] |= {"length": document["shape"][0], "chunks": {}}
            else:
                chunks.append(key)
        for key in chunks:
            path, index = key.rsplit("/c/", 1)
            tree["/" + path]["chunks"][index] = int.from_bytes(fetch(session.store, key), "little", signed=True)
        return tree

    def edit(self, branch, message, edits, how):
        session = self.repo.writable_session(branch)
        for edit in edits:
            self.make(session, *edit)
        return self.end(session, message, how)

    @staticmethod
    def make(session, what, path, *more):
        store = session.store
        key = path.strip("/")
        if what in ("group", "update group"):
            put(store, join("/" + key if key else "/", "zarr.json")[1:], json.dumps(group_document(*more)).encode())
        elif what in ("array", "update array"):
            put(store, f"{key}/zarr.json", json.dumps(array_document(*more)).encode())
        elif what == "delete":
            sync(store.delete_dir(key))
        elif what == "set":
            put(store, f"{key}/c/{more[0]}", more[1].to_bytes(1, "little", signed=True))
        elif what == "delete chunk":
            sync(store.delete(f"{key}/c/{more[0]}"))
        elif what == "shift":
            session.shift_array(path, (more[0],))
        elif what == "reverse":
            def turned(index):
                return [more[0] - 1 - index[0]]
            session.reindex_array(path, turned, turned)
        else:
            raise AssertionError(f"no edit {what}")

    def move(self, branch, message, moves, how):
        session = self.repo.rearrange_session(branch)
        for source, target in moves:
            session.move(source, target)
        return self.end(session, message, how)

    @staticmethod
    def end(session, message, how):
        metadata = {"by": "reference"}
        if how == "amend":
            return session.amend(message, metadata=metadata, allow_empty=True)
        if how == "aside":
            return session.flush(message, metadata=metadata)
        return session.commit(message, metadata=metadata, allow_empty=True)

    def rewrite(self, branch, message):
        return self.repo.rewrite_manifests(message, branch=branch, metadata={"by": "reference"})

    def create_branch(self, name, id):
        self.repo.create_branch(name, id)

    def delete_branch(self, name):
        self.repo.delete_branch(name)

    def reset(self, name, id):
        self.repo.reset_branch(name, id)

    def create_tag(self, name, id):
        try:
            self.repo.create_tag(name, id)
            return True
        except icechunk.IcechunkError as e:
            assert "tag" in str(e), e
            return False

    def delete_tag(self, name):
        self.repo.delete_tag(name)

    def metadata(self, name, value):
        self.repo.update_metadata({name: value})

    def expire(self, time, branches, tags):
        older = EPOCH + timedelta(microseconds=time)
        return self.repo.expire_snapshots(older, delete_expired_branches=branches, delete_expired_tags=tags)

    def collect(self, time):
        self.repo.garbage_collect(EPOCH + timedelta(microseconds=time))


async def keys_of(store):
    return [key async for key in store.list()]


def fetch(store, key):
    return sync(store.get(key, default_buffer_prototype())).to_bytes()


def put(store, key, data):
    sync(store.set(key, cpu.Buffer.from_bytes(data)))


def named(operation):
    name, *more = operation.split(" ")
    name = OPERATIONS.get(name, name)
    # The engine tells the names of these only by their kind.
    return name if name in ("BranchDeleted", "ConfigChanged", "MetadataChanged") else " ".join([name, *more])


class Model:
    """What must be seen."""

    def __init__(self):
        self.snapshots = {INITIAL: {"parent": None, "message": "Repository initialized", "by": None, "tree": {}, "moves": False}}
        self.branches = {"main": INITIAL}
        self.tags = {}
        self.burnt = set()
        self.metadata = {}
        self.operations = ["ConfigChanged", "RepoInitialized"]

    def history(self, id):
        while id is not None:
            yield id
            id = self.snapshots[id]["parent"]

    def tree(self, branch):
        return copy.deepcopy(self.snapshots[self.branches[branch]]["tree"])

    def drop(self, dropped, nearest):
        for id, snapshot in self.snapshots.items():
            if id not in dropped and snapshot["parent"] in dropped:
                ancestors = list(self.history(id))[1:]
                snapshot["adopter"] = next(a for a in ancestors if a not in dropped) if nearest else INITIAL
        for snapshot in self.snapshots.values():
            snapshot["parent"] = snapshot.pop("adopter", snapshot["parent"])
        for id in dropped:
            del self.snapshots[id]

    def check(self, seen):
        refs = {f"branch {name}": id for name, id in self.branches.items()} | {f"tag {name}": id for name, id in self.tags.items()}
        compare("refs", sorted(refs), sorted(seen["refs"]))
        for name, id in refs.items():
            ref = seen["refs"][name]
            history = [(i, self.snapshots[i]["message"], self.snapshots[i]["by"]) for i in self.history(id)]
            compare(f"{name}, history", history, [(s["id"], s["message"], s["metadata"].get("by")) for s in ref["history"]])
            self.check_tree(name, id, ref["tree"])
        compare("metadata", self.metadata, seen["metadata"])
        compare("operations", self.operations, [kind_of(text) for text in seen["operations"]])

    def check_tree(self, name, id, tree):
        found = {path: {key: node[key] for key in node if key != "id"} for path, node in tree.items()}
        compare(f"{name}, tree", self.snapshots[id]["tree"], found)


def kind_of(operation):
    return operation.split(" ")[0]


class Run:
    def __init__(self, seed, directory, java, counts):
        self.random = random.Random(seed)
        self.directory = directory
        self.model = Model()
        self.counts = counts
        self.log = []
        self.reference = Reference(str(directory))
        self.engine = Engine([*java, str(directory)])
        self.times = {}

    def any(self, items):
        return self.random.choice(sorted(items))

    def any_snapshot(self):
        """In the order in which they were made, because their ids are random: a seed gives the same steps each time."""
        return self.random.choice(list(self.model.snapshots))

    def step(self, number):
        side = self.random.choice([self.engine, self.reference])
        what = self.random.choice(
            ["edit"] * 6 + ["move"] * 3 + ["create_branch", "delete_branch", "reset", "create_tag", "delete_tag", "metadata",
             "expire", "collect", "rewrite", "reopen", "reopen"])
        if what == "rewrite":
            side = self.reference  # what only one side can do
        who = "engine" if side is self.engine else "reference"
        self.message = f"step {number} by {who}"
        done = getattr(self, what)(side)
        if done:
            self.log.append(f"{number}: {who}: {done}")
            self.counts[f"{what} by {who}"] += 1
            self.compare()

    def compare(self):
        engine, reference = self.engine.look(), self.reference.look()
        for name in engine["refs"].keys() & reference["refs"].keys():
            self.settle_moves(engine["refs"][name], reference["refs"][name])
            self.settle_chunks(engine["refs"][name], reference["refs"][name])
        compare("seen", engine, reference, ("the engine", "the reference"))
        self.model.check(engine)
        for ref in engine["refs"].values():
            for snapshot in ref["history"]:
                self.times[snapshot["id"]] = snapshot["time"]
        self.counts["comparisons"] += 1

    def settle_moves(self, engine, reference):
        """Moves of several commits: a path that occurs twice is a stop on the way, or that of two nodes one after the other."""
        if "last change" not in engine or "last change" not in reference:
            return
        ours, theirs = engine["last change"]["moves"], reference["last change"]["moves"]
        sources, targets = [move.split(" ")[0] for move in theirs], [move.split(" ")[1] for move in theirs]
        if ours != theirs and len({*sources, *targets}) < 2 * len(theirs):
            self.counts[MOVES] += 1
            assert all(move.split(" ")[0] in sources and move.split(" ")[1] in targets for move in ours), f"moves: {ours}, {theirs}"
            engine["last change"]["moves"] = theirs

    def settle_chunks(self, engine, reference):
        """A node was changed and deleted, by a commit and its amendment, and another one has its path now."""
        if "last change" not in engine or "last change" not in reference:
            return
        ours, theirs = engine["last change"]["chunks"], reference["last change"]["chunks"]
        for path in ours.keys() & theirs.keys() & set(reference["last change"]["deleted arrays"]):
            if ours[path] != theirs[path] and set(ours[path]) > set(theirs[path]):
                self.counts[CHUNKS] += 1
                engine["last change"]["chunks"][path] = theirs[path]

    def published(self, branch, id, tree, moves):
        self.model.snapshots[id] = {
            "parent": self.model.branches[branch], "message": self.message, "by": self.message.split(" ")[-1], "tree": tree, "moves": moves,
        }
        self.model.branches[branch] = id
        self.model.operations.insert(0, "NewCommit")

    def amended(self, branch, id, tree, moves):
        tip = self.model.snapshots[self.model.branches[branch]]
        self.published(branch, id, tree, moves or tip["moves"])
        self.model.snapshots[id]["parent"] = tip["parent"]
        self.model.operations[0] = "CommitAmended"

    # Steps; each gives its description, or nothing if there was nothing to do

    def edit(self, side):
        branch = self.any(self.model.branches)
        tree = self.model.tree(branch)
        edits = [edit for edit in (self.new_edit(tree) for _ in range(self.random.randint(1, 6))) if edit]
        if not edits:
            return None
        tip = self.model.snapshots[self.model.branches[branch]]
        how = self.random.choice(["commit", "commit", "amend", "aside"])
        if how == "amend" and (tip["parent"] is None or tip["moves"]):
            how = "commit"
        if how == "aside" and tree == tip["tree"]:
            how = "commit"  # edits may cancel out, and a flush of nothing is refused
        id = side.edit(branch, self.message, edits, how)
        for node in tree.values():
            if "chunks" in node:
                node["chunks"] = {index: value for index, value in node["chunks"].items() if int(index) < node["length"]}
        if how == "aside":
            self.model.snapshots[id] = {
                "parent": self.model.branches[branch], "message": self.message, "by": self.message.split(" ")[-1], "tree": tree, "moves": False,
            }
            self.model.operations.insert(0, "NewDetachedSnapshot")
        elif how == "amend":
            self.amended(branch, id, tree, False)
        else:
            self.published(branch, id, tree, False)
        self.counts["edits"] += len(edits)
        return f"{how} on {branch}: {edits}"

    def new_edit(self, tree):
        """An edit that is possible, made in the model; none if what was drawn is not possible."""
        k = self.random.randrange(3)
        if "/" not in tree:
            tree["/"] = {"k": k}
            return ["group", "/", k]
        path = self.any(tree)
        node = tree[path]
        if "chunks" not in node:
            return self.edit_group(tree, path, k)
        return self.edit_array(tree, path, k)

    def edit_group(self, tree, path, k):
        what = self.random.choice(["group", "array", "array", "array", "update group", "delete"])
        if what == "update group":
            if tree[path]["k"] == k:
                return None
            tree[path]["k"] = k
            return [what, path, k]
        if what == "delete":
            return self.delete(tree, path)
        created = join(path, self.random.choice("abcd"))
        if created in tree or len(created) > 6:
            return None
        if what == "group":
            tree[created] = {"k": k}
            return [what, created, k]
        length = self.random.randrange(1, 9)
        tree[created] = {"k": k, "length": length, "chunks": {}}
        return [what, created, k, length]

    def delete(self, tree, path):
        if path == "/":
            return None
        for other in [other for other in tree if below(other, path)]:
            del tree[other]
        return ["delete", path]

    def edit_array(self, tree, path, k):
        node = tree[path]
        what = self.random.choice(["set"] * 5 + ["delete chunk", "shift", "reverse", "update array", "update array", "delete"])
        if what == "delete":
            return self.delete(tree, path) if self.random.randrange(3) == 0 else None
        if what == "update array":
            length = self.random.randrange(1, 9)
            if (node["k"], node["length"]) == (k, length):
                return None
            node |= {"k": k, "length": length}
            return [what, path, k, length]
        at = self.random.randrange(node["length"])
        visible = {int(index): value for index, value in node["chunks"].items() if int(index) < node["length"]}
        if what == "set":
            value = self.random.randint(-128, 127)
            node["chunks"][str(at)] = value
            return [what, path, at, value]
        if not visible:
            return None
        if what == "delete chunk":
            at = self.any(visible)
            del node["chunks"][str(at)]
            return [what, path, at]
        amount = self.random.choice([-2, -1, 1, 2]) if what == "shift" else node["length"]
        for index in visible:
            del node["chunks"][str(index)]
        for index, value in visible.items():
            place = index + amount if what == "shift" else amount - 1 - index
            if 0 <= place < node["length"]:
                node["chunks"][str(place)] = value
        return [what, path, amount]

    def move(self, side):
        branch = self.any(self.model.branches)
        tree = self.model.tree(branch)
        moves = []
        for _ in range(self.random.randint(1, 3)):
            if len(tree) < 2:
                return None
            source, parent = self.any(set(tree) - {"/"}), self.any(tree)
            target = join(parent, self.random.choice("abcde"))
            if "chunks" in tree[parent] or target in tree or below(target, source):
                continue
            moves.append([source, target])
            for path in [path for path in tree if below(path, source)]:
                tree[target + path[len(source):]] = tree.pop(path)
        if not moves:
            return None
        tip = self.model.snapshots[self.model.branches[branch]]
        how = "amend" if tip["parent"] is not None and self.random.randrange(3) == 0 else "commit"
        id = side.move(branch, self.message, moves, how)
        (self.amended if how == "amend" else self.published)(branch, id, tree, True)
        return f"{how} moves on {branch}: {moves}"

    def create_branch(self, side):
        name, id = self.random.choice("xyz"), self.any_snapshot()
        if name in self.model.branches:
            return None
        side.create_branch(name, id)
        self.model.branches[name] = id
        self.model.operations.insert(0, "BranchCreated")
        return f"branch {name} at {id}"

    def delete_branch(self, side):
        name = self.any(self.model.branches)
        if name == "main":
            return None
        side.delete_branch(name)
        del self.model.branches[name]
        self.model.operations.insert(0, "BranchDeleted")
        return f"delete branch {name}"

    def reset(self, side):
        name, id = self.any(self.model.branches), self.any_snapshot()
        side.reset(name, id)
        self.model.branches[name] = id
        self.model.operations.insert(0, "BranchReset")
        return f"reset {name} to {id}"

    def create_tag(self, side):
        name, id = f"t{self.random.randrange(8)}", self.any_snapshot()
        free = name not in self.model.tags and name not in self.model.burnt
        assert side.create_tag(name, id) == free, f"tag {name}: free is {free}"
        if free:
            self.model.tags[name] = id
            self.model.operations.insert(0, "TagCreated")
        return f"tag {name} at {id}: {free}"

    def delete_tag(self, side):
        if not self.model.tags:
            return None
        name = self.any(self.model.tags)
        side.delete_tag(name)
        del self.model.tags[name]
        self.model.burnt.add(name)
        self.model.operations.insert(0, "TagDeleted")
        return f"delete tag {name}"

    def metadata(self, side):
        name, value = self.random.choice("mno"), self.random.choice([1, "text", [1, {"x": 2.5}], True])
        side.metadata(name, value)
        self.model.metadata[name] = value
        self.model.operations.insert(0, "MetadataChanged")
        return f"metadata {name}"

    def flushed(self, id):
        """When a snapshot was written; one that no ref leads to is asked of the reference."""
        if id not in self.times:
            self.times[id] = micros(self.reference.repo.lookup_snapshot(id).written_at)
        return self.times[id]

    def expire(self, side):
        time = self.flushed(self.any_snapshot()) + self.random.choice([0, 1])
        branches, tags = self.random.randrange(3) == 0, self.random.randrange(3) == 0
        old = {id for id in self.model.snapshots if self.flushed(id) < time} - {INITIAL}
        gone_branches = {name for name, id in self.model.branches.items() if branches and id in old and name != "main"}
        gone_tags = {name for name, id in self.model.tags.items() if tags and id in old}
        for name in gone_branches:
            del self.model.branches[name]
        for name in gone_tags:
            del self.model.tags[name]
        self.model.burnt |= gone_tags
        released = old - set(self.model.branches.values()) - set(self.model.tags.values())
        self.model.drop(released, nearest=False)
        found = side.expire(time, branches, tags)
        assert found == released, f"expired {sorted(found)} instead of {sorted(released)}"
        if released or gone_branches or gone_tags:
            self.model.operations.insert(0, "ExpirationRan")
        elif side is self.reference:
            self.counts[EMPTY_EXPIRATION] += 1
            self.model.operations.insert(0, "ExpirationRan")
        return f"expire before {time}, branches {branches}, tags {tags}: {len(released)}"

    def stored(self, id):
        return (self.directory / "snapshots" / id).stat().st_mtime_ns // 1000

    def collect(self, side):
        time = self.stored(self.any_snapshot()) + self.random.choice([-1, 1])
        reached = {id for tip in [*self.model.branches.values(), *self.model.tags.values()] for id in self.model.history(tip)}
        dropped = {id for id in self.model.snapshots if id not in reached and self.stored(id) < time}
        anything = any(file.stat().st_mtime_ns // 1000 < time for kind in ("snapshots", "transactions", "manifests", "chunks")
                       if (self.directory / kind).is_dir() for file in (self.directory / kind).iterdir())
        side.collect(time)
        self.model.drop(dropped, nearest=True)
        if anything or side is self.reference:
            self.model.operations.insert(0, "GarbageCollected")
        if not anything and side is self.reference:
            self.counts[EMPTY_COLLECTION] += 1
        return f"collect before {time}: {len(dropped)}"

    def rewrite(self, side):
        branch = self.any(self.model.branches)
        id = side.rewrite(branch, self.message)
        self.published(branch, id, self.model.tree(branch), False)
        return f"rewrite manifests of {branch}"

    def reopen(self, side):
        side.reopen()
        return "reopen"

    def finish(self):
        for id in self.model.snapshots:
            engine, reference = self.engine.snapshot(id), self.reference.snapshot(id)
            compare(f"snapshot {id}", engine, reference, ("the engine", "the reference"))
            self.model.check_tree(f"snapshot {id}", id, engine)
            self.counts["snapshots read by both"] += 1
        compare("verification", [], self.engine.ask("verify"))
        self.engine.close()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("directory", type=Path)
    arguments.add_argument("--seeds", type=int, default=3)
    arguments.add_argument("--first", type=int, default=1)
    arguments.add_argument("--steps", type=int, default=120)
    arguments.add_argument("java", nargs="+")
    given = arguments.parse_args()
    counts = Counter()
    for seed in range(given.first, given.first + given.seeds):
        run = Run(seed, given.directory / f"random-{seed}", given.java, counts)
        try:
            for number in range(given.steps):
                run.step(number)
            run.finish()
        except BaseException:
            print("\n".join(run.log[-25:]), file=sys.stderr)
            print(f"random interop fails: --first {seed} --seeds 1 --steps {given.steps}; the last steps that went well are above", file=sys.stderr)
            run.engine.process.kill()
            raise
    print(f"random interop: {given.seeds} repositories, {given.steps} steps each: " + ", ".join(f"{n} {what}" for what, n in sorted(counts.items())))


if __name__ == "__main__":
    main()

"""Maintains one repository with the engine and with the reference client in turn, and compares all that can be seen with a plain model.

    maintenance_interop.py DIRECTORY COMMAND...     COMMAND starts `InteropMaintenance`, which gets a folder as its last argument

Expire, collect, rewrite manifests (as a commit, or in the place of the tip), compact, write and tag come in random order, each by a side
chosen at random; only compaction is always the engine's. After each step both sides tell histories and values of every branch and tag,
and the engine verifies every object.
"""

import datetime
import json
import random
import subprocess
import sys
import warnings
from pathlib import Path

import icechunk
import numpy
import zarr
from icechunk import ManifestSplitCondition, ManifestSplitDimCondition

ROWS, COLUMNS = 24, 60
SEEDS, STEPS = range(1, 5), 30
ROOT = "Repository initialized"


def now():
    return datetime.datetime.now(datetime.timezone.utc)


class Engine:
    def __init__(self, folder, command):
        self.process = subprocess.Popen([*command, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        assert answer, f"the engine ended at {words}"
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait() == 0


class Reference:
    def __init__(self, folder):
        self.storage = icechunk.local_filesystem_storage(folder)

    def open(self, rows=None):
        if rows is None:
            return icechunk.Repository.open(self.storage)
        config = icechunk.RepositoryConfig.default()
        splitting = {ManifestSplitCondition.AnyArray(): {ManifestSplitDimCondition.Axis(0): rows}}
        config.manifest = icechunk.ManifestConfig(splitting=icechunk.ManifestSplittingConfig.from_dict(splitting))
        return icechunk.Repository.open(self.storage, config)

    def do(self, verb, *words):
        getattr(self, verb)(*words)
        return self.look()

    def write(self, row, value):
        session = self.open().writable_session("main")
        zarr.open_group(session.store)["grid"][row, :] = value
        session.commit(f"write {value}")

    def tag(self, name):
        repo = self.open()
        repo.create_tag(name, repo.lookup_branch("main"))

    def expire(self):
        self.open().expire_snapshots(older_than=now())

    def gc(self):
        self.open().garbage_collect(now())

    def rewrite(self, rows):
        self.open(rows).rewrite_manifests("rewrite manifests", branch="main")

    def amend(self, rows):
        self.open(rows).rewrite_manifests("rewrite manifests", branch="main", commit_method="amend")

    def look(self):
        repo = self.open()
        refs = {}
        for kind, names in (("branch", repo.list_branches()), ("tag", repo.list_tags())):
            for name in names:
                history = [snapshot.message for snapshot in repo.ancestry(**{kind: name})]
                store = repo.readonly_session(**{kind: name}).store
                refs[name] = {"history": history, "values": zarr.open_group(store, mode="r")["grid"][...].ravel().tolist()}
        return {"refs": refs}


class Model:
    """Histories (newest first, each snapshot a number and its message) and values of every ref, and nothing about how they are stored."""

    def __init__(self):
        self.snapshots = 0
        self.refs = {"main": ([self.snapshot("grid"), (0, ROOT)], numpy.zeros((ROWS, COLUMNS), "i4"))}

    def snapshot(self, message):
        self.snapshots += 1
        return self.snapshots, message

    def commit(self, message, values=None, amend=False):
        history, before = self.refs["main"]
        self.refs["main"] = ([self.snapshot(message), *history[amend:]], before if values is None else values)

    def write(self, row, value):
        values = self.refs["main"][1].copy()
        values[row] = value
        self.commit(f"write {value}", values)

    def tag(self, name):
        self.refs[name] = self.refs["main"]

    def expire(self):
        """What a ref points to stays; below it stays what is such a snapshot as well, down to the first that is not."""
        kept = {(0, ROOT), *(history[0] for history, _ in self.refs.values())}
        for name, (history, values) in self.refs.items():
            gone = next((i for i, snapshot in enumerate(history) if snapshot not in kept), None)
            self.refs[name] = (history if gone is None else [*history[:gone], (0, ROOT)], values)

    def messages(self, name="main"):
        return [message for _, message in self.refs[name][0]]

    def look(self):
        return {name: {"history": self.messages(name), "values": values.ravel().tolist()} for name, (_, values) in self.refs.items()}


def laid_out(model, message, seen, amend=False):
    """Where there is nothing to do the engine makes no snapshot; the reference always makes one."""
    if seen["refs"]["main"]["history"] != model.messages():
        model.commit(message, amend=amend)


def run(folder, command, seed):
    chance = random.Random(seed)
    engine, reference, model = Engine(folder, command), Reference(folder), Model()
    engine.do("create")
    counts = {}
    packed = reads = 0
    for step in range(STEPS):
        verb = chance.choice(["write"] * 6 + ["compact"] * 3 + ["expire", "gc", "gc", "rewrite", "amend", "tag"])
        words = {"write": lambda: (chance.randrange(ROWS), seed * 1000 + step), "tag": lambda: (f"tag-{step}",),
                 "rewrite": lambda: (chance.choice([3, 7, 1000]),), "amend": lambda: (chance.choice([3, 7, 1000]),)}.get(verb, tuple)()
        side = engine if verb == "compact" or chance.random() < 0.5 else reference
        where = f"seed {seed}, step {step}, {verb} {words} by {type(side).__name__}"
        seen = side.do(verb, *words)
        if verb in ("rewrite", "amend"):
            laid_out(model, "rewrite manifests", seen, verb == "amend")
        elif verb == "compact":
            laid_out(model, "compact chunks", seen)
        elif verb != "gc":
            getattr(model, verb)(*words)
        java, python = engine.do("look"), reference.look()
        assert java["findings"] == [], f"{where}: {java['findings']}"
        for name, other in (("engine", java), ("reference", python)):
            assert other["refs"] == model.look(), f"{where}: the {name} sees something else than the model"
        packed = max(packed, java["packed"])
        reads += java["packed"] > 0
        counts[f"{type(side).__name__.lower()} {verb}"] = counts.get(f"{type(side).__name__.lower()} {verb}", 0) + 1
    engine.close()
    assert reads > STEPS // 4, f"seed {seed}: packed chunks were there in {reads} steps only"
    return counts, packed


def main(directory, command):
    warnings.simplefilter("ignore")
    total = {}
    most = 0
    for seed in SEEDS:
        counts, packed = run(str(directory / f"maintenance-{seed}"), command, seed)
        most = max(most, packed)
        for verb, count in counts.items():
            total[verb] = total.get(verb, 0) + count
    steps = ", ".join(f"{count} {verb}" for verb, count in sorted(total.items()))
    print(f"maintenance: both sides agree with the model after each of {sum(total.values())} steps ({steps}); up to {most} packed chunks")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

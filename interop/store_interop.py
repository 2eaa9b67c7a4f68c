"""Makes the calls of the engine's Zarr store of the reference client's store, and compares every answer.

    store_interop.py FILE     as `InteropStore FILE SEEDS CALLS` wrote it
"""

import asyncio
import base64
import json
import os
import sys

import icechunk
from zarr.abc.store import OffsetByteRequest, RangeByteRequest, SuffixByteRequest
from zarr.core.buffer import cpu, default_buffer_prototype

PROTOTYPE = default_buffer_prototype()
ERRORS = {
    "invalid-key": "invalid",
    "bad-key-prefix": "invalid",
    "bad-metadata": "invalid",
    "not-an-array": "invalid",
    "invalid-chunk-index": "invalid",
    "zero-length-chunk": "invalid",
    "unimplemented": "invalid",
    "key-not-found": "invalid",
    "invalid-byte-range": "range",
    "node-not-found": "absent",
    "node-already-exists": "exists",
    "read-only-store": "read-only",
    "read-only-session": "read-only",
}


class Run:
    def __init__(self):
        self.repository = icechunk.Repository.create(icechunk.in_memory_storage())
        self.session = self.repository.writable_session("main")

    async def answer(self, call):
        store = self.session.store
        name = call["call"]
        key = call.get("key")
        prefix = call.get("prefix")
        if name == "reopen":
            if not self.session.read_only:
                self.session.commit("step", allow_empty=True)
            read = call["mode"] == "read"
            self.session = self.repository.readonly_session("main") if read else self.repository.writable_session("main")
        elif name == "changes":
            return self.session.has_uncommitted_changes
        elif name in ("set", "set_if_not_exists"):
            value = cpu.Buffer.from_bytes(base64.b64decode(call["value"]))
            await getattr(store, name)(key, value)
        elif name == "get":
            found = await store.get(key, PROTOTYPE, self.request(call))
            return None if found is None else base64.b64encode(found.to_bytes()).decode()
        elif name == "exists":
            return await store.exists(key)
        elif name == "size":
            return await store.getsize(key)
        elif name == "size_prefix":
            return await store.getsize_prefix(prefix)
        elif name == "delete":
            await store.delete(key)
        elif name == "delete_dir":
            await store.delete_dir(prefix)
        elif name == "clear":
            await store.clear()
        elif name in ("list", "list_dir"):
            listing = store.list_prefix(prefix) if name == "list" else store.list_dir(prefix)
            return sorted([entry async for entry in listing])
        else:
            raise AssertionError(name)

    @staticmethod
    def request(call):
        if "range" in call:
            return RangeByteRequest(*call["range"])
        if "offset" in call:
            return OffsetByteRequest(call["offset"])
        return SuffixByteRequest(call["suffix"]) if "suffix" in call else None


async def compare(run):
    """The number of calls by kind, and of errors."""
    reference = Run()
    counts = {}
    errors = 0
    for i, call in enumerate(run["calls"]):
        try:
            found = {"answer": await reference.answer(call)}
        except icechunk.IcechunkError as error:
            found = {"error": ERRORS[str(error.kind)]}
            errors += 1
        expected = {name: call[name] for name in ("answer", "error") if name in call} or {"answer": None}
        assert found == expected, f"seed {run['seed']}, call {i} {call}: the reference says {found}"
        counts[call["call"]] = counts.get(call["call"], 0) + 1
    return counts, errors


async def compare_all(runs):
    return [await compare(run) for run in runs]


def main(file):
    with open(file) as source:
        runs = json.load(source)
    total = {}
    refused = 0
    for counts, errors in asyncio.run(compare_all(runs)):
        refused += errors
        for name, count in counts.items():
            total[name] = total.get(name, 0) + count
    kinds = ", ".join(f"{count} {name}" for name, count in sorted(total.items()))
    print(f"store: {sum(total.values())} calls with {len(runs)} seeds answered alike, {refused} of them with the same kind of error: {kinds}")


if __name__ == "__main__":
    main(sys.argv[1])
    # The threads of the reference client may outlive its module when the interpreter winds up, and then it crashes after all is compared.
    sys.stdout.flush()
    os._exit(0)

"""Opens, with the reference client, a repository for each setting that the engine can store, and reads the setting where it shows it.

    settings.py DIRECTORY     after `InteropSettings DIRECTORY`
"""

import sys
from pathlib import Path

import icechunk


def find(config, name):
    """The value at a dotted name, or None where the client calls it something else."""
    for part in name.split("."):
        config = getattr(config, part, None)
    return config


def main(directory):
    folder = Path(directory) / "settings"
    lines = (folder / "list").read_text().splitlines()
    seen = 0
    for line in lines:
        name, value = line.split("\t")
        config = icechunk.Repository.open(icechunk.local_filesystem_storage(str(folder / name))).config
        found = find(config, name)
        if isinstance(found, (bool, int)):
            assert str(found).lower() == value, f"{name} is {found}, not {value}"
            seen += 1
    assert seen > 10, seen
    print(f"settings: the reference client opens a repository with each of {len(lines)} settings, and shows the value of {seen}")


if __name__ == "__main__":
    main(sys.argv[1])

"""Writes the repository `reference-2.3.0-version-1` beside this file with the reference client: a repository of format version 1 and the
plain model of what is in it, as `interop/version1_interop.py` explains it.

    generator_version1.py        with a Python that has icechunk 2.3.0, zarr and numpy

Ids and times differ each time, so repository and model belong together.
"""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[4] / "interop"))
import version1_interop as exchange  # noqa: E402

folder = HERE / "reference-2.3.0-version-1"
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir()
exchange.create(folder)
model = exchange.models(folder)["theirs"]
repository = exchange.open_repository(folder / "theirs")
exchange.turn(repository, model, 1)
repository.delete_tag("reference works! 1")
del model["tags"]["reference works! 1"]
model["deleted"].append("reference works! 1")
exchange.save(folder, "theirs", model)

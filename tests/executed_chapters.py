"""Copy the chapters as the book's build executed them, for nbval to run again and compare.

    python tests/executed_chapters.py FOLDER

They come from the build's cache of executions: what the build writes beside it has been merged
and folded for the page.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import nbformat
from jupyter_cache import get_cache

ROOT = Path(__file__).parents[1]


def copy_executed(folder: Path) -> list[Path]:
    """Write one notebook for each chapter that has code, as it was executed last."""
    cache = get_cache(ROOT / "_build" / ".jupyter_cache")
    latest = {}
    for record in sorted(cache.list_cache_records(), key=lambda record: record.created):
        latest[Path(record.uri)] = record
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    written = []
    for uri, record in latest.items():
        if uri.is_file() and ROOT in uri.parents:
            target = folder / f"{uri.stem}.ipynb"
            executed = cache.get_cache_bundle(record.pk).nb
            written.append(target)
            nbformat.write(executed, target)
    return written


if __name__ == "__main__":
    chapters = copy_executed(Path(sys.argv[1]))
    if not chapters:
        sys.exit("no executed chapters: run make book first")
    print(f"{len(chapters)} executed chapters")

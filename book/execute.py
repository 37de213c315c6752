"""Run the chapters whose code has changed, several at a time, into the build's own cache.

    python book/execute.py

The build alone would run them one after the other. What fails here it runs again, and says why.
"""

from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "_build" / ".jupyter_cache"
# A chapter takes up to 1.5 GB, and most of them more than one core.
AT_ONCE = min(4, os.cpu_count() or 1)
SECONDS = 300  # for a cell, as in _config.yml


def execute(chapter: Path) -> None:
    """Run one chapter, unless the cache holds it as it is."""
    cache = get_cache(CACHE)
    executor = load_executor("local-serial", cache, logging.getLogger("book"))
    executor.run_and_cache(filter_uris=[str(chapter)], timeout=SECONDS)


def main() -> None:
    cache = get_cache(CACHE)
    reader = {"name": "myst_nb_md", "type": "plugin"}
    chapters = sorted(
        path
        for path in ROOT.glob("book/**/*.md")
        if "\n```{code-cell}" in path.read_text(encoding="utf-8")
    )
    for chapter in chapters:
        cache.add_nb_to_project(str(chapter), read_data=reader)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(execute, chapters))


if __name__ == "__main__":
    main()

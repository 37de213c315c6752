"""A pytest plugin for nbval: run cells with history, as a notebook does.

Without it IPython does not see that a cell ends in a semicolon, and shows its last value.
"""

from __future__ import annotations

from nbval.kernel import RunningKernel


def execute_cell_input(
    self: RunningKernel, cell_input: str, allow_stdin: bool | None = None
) -> str:
    return self.kc.execute(
        cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )


RunningKernel.execute_cell_input = execute_cell_input

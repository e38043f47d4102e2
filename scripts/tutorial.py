"""Run the tutorial and keep its outputs: the same content gives the same bytes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parent.parent / "examples" / "tutorial.ipynb"

#: What a notebook says of the machine that it ran on, and we do not.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def executed(notebook: Any) -> Any:
    """Run a notebook from the start; an error in a cell is raised."""
    notebook = nbformat.from_dict(notebook)
    kernel = AsyncKernelManager(kernel_name="python3", transport="ipc")  # sockets of files: no network at all
    NotebookClient(notebook, km=kernel, timeout=120).execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        cell.metadata = {}
        cell.execution_count = number
        for output in cell.outputs:
            output.pop("execution_count", None)
            if output.output_type == "execute_result":
                output.execution_count = number
    return notebook


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else NOTEBOOK
    text = nbformat.writes(executed(nbformat.read(NOTEBOOK, as_version=4)))
    path.write_text(text + "\n", encoding="utf-8")

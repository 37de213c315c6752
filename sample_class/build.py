"""Write the made-up class: what students could hand in.

The notebooks are made from the released ones, so after a change of an assignment this script
has to run once more: `python sample_class/build.py`. Answers come from the right and the wrong
solutions of the tests, and from `answers/` for what is too strange for those. Which score each
student should get stands in `expected.csv`, by hand.
"""

from __future__ import annotations

import ast
import base64
import copy
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent / "tests"
EXERCISES = {
    "convolutions": (
        "zero_pad",
        "conv_single_step",
        "conv_forward",
        "pool_forward",
        "conv_backward",
        "pool_backward",
    ),
    "faces": (
        "img_to_encoding",
        "verify",
        "who_is_it",
        "triplet_loss",
        "semi_hard_triplets",
        "similarity",
    ),
    "style-transfer": (
        "compute_content_cost",
        "gram_matrix",
        "compute_layer_style_cost",
        "compute_style_cost",
        "total_cost",
        "train_step",
    ),
    "beyond-images": (
        "conv_output_shape",
        "causal_pad",
        "conv1d_forward",
        "conv3d_forward",
    ),
}
# nbgrader's own note of the time; work without one counts as handed in on time.
LATE = "2026-10-05 18:30:00 UTC"


@dataclass
class Work:
    """What one student hands in.

    Attributes
    ----------
    code : dict of str to str
        Source for the answer cell of each exercise; the stub stays where there is none.
    written : dict of str to str
        Quality of each written answer, a file in `answers/`; the text stub stays otherwise.
    change : callable, optional
        What happens to the notebook after that.
    write : callable, optional
        Writes other files than just the notebook: gets the notebook's path and text.
    timestamp : str
        When it was handed in, as nbgrader notes it.
    """

    code: dict[str, str]
    written: dict[str, str] = field(default_factory=dict)
    change: Callable[[NotebookNode], None] | None = None
    write: Callable[[Path, str], None] | None = None
    timestamp: str = ""


# --- pieces ---------------------------------------------------------------------------------


def without_docstring(path: Path) -> str:
    """A file's source without its first line of description: students do not write that."""
    source = path.read_text()
    first = ast.parse(source).body[0]
    return "\n".join(source.splitlines()[first.end_lineno :]).strip("\n")


def stored(kind: str, name: str, slug: str) -> str:
    """The source of a right or a wrong solution of the tests."""
    (path,) = TESTS.glob(f"{kind}/*/{name}/{slug}.py")
    return without_docstring(path)


def right(assignment: str = "convolutions", **styles: str) -> dict[str, str]:
    """Right answers in the styles named; plain loops for exercises that are not named."""
    slugs = dict.fromkeys(EXERCISES[assignment], "loops") | styles
    return {name: stored("right", name, slug) for name, slug in slugs.items()}


def wrong(**slips: str) -> dict[str, str]:
    """Wrong answers to the exercises named, by the names of their files."""
    return {name: stored("wrong", name, slug) for name, slug in slips.items()}


def strange(**files: str) -> dict[str, str]:
    """Answers from `answers/` to the exercises named."""
    return {
        name: without_docstring(HERE / "answers" / f"{file}.py") for name, file in files.items()
    }


def part(file: str, *names: str) -> dict[str, str]:
    """Functions out of one file of `answers/`, each for its own cell."""
    source = (HERE / "answers" / f"{file}.py").read_text()
    found = {
        node.name: ast.get_source_segment(source, node)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }
    return {name: found[name] for name in names}


def only(code: dict[str, str], *names: str) -> dict[str, str]:
    return {name: code[name] for name in names}


def questions(*both: str, **qualities: str) -> dict[str, str]:
    """Written answers, each of a quality that is a file; the two of "convolutions" go first."""
    chosen = dict(zip(("parameters", "gradients"), both)) | qualities
    return {
        f"written-{name}": (HERE / "answers" / f"{name}-{quality}.md").read_text()
        for name, quality in chosen.items()
    }


def find(notebook: NotebookNode, grade_id: str) -> int:
    """Index of the cell with this nbgrader id."""
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    return ids.index(grade_id)


# --- what happens to notebooks --------------------------------------------------------------


def drop_colon(notebook: NotebookNode) -> None:
    """A syntax error in the answer cell of conv_forward."""
    cell = notebook.cells[find(notebook, "conv_forward")]
    cell.source = cell.source.replace("hparameters):", "hparameters)", 1)


def delete_tests(notebook: NotebookNode) -> None:
    notebook.cells = [
        cell
        for cell in notebook.cells
        if not cell.metadata.get("nbgrader", {}).get("grade_id", "").endswith("-checks")
    ]


def copy_cells(notebook: NotebookNode) -> None:
    """Each answer and check cell twice, as by Ctrl+C and Ctrl+V: the first is an old attempt."""
    old = wrong(conv_forward="no_bias", pool_forward="stride_is_f", conv_backward="sign_of_descent")
    for name in EXERCISES["convolutions"]:
        for grade_id in (f"{name}-checks", name):
            place = find(notebook, grade_id)
            earlier = copy.deepcopy(notebook.cells[place])
            earlier.id = f"{earlier.id}-old"
            if grade_id in old:
                earlier.source = old[grade_id]
            notebook.cells.insert(place, earlier)


def rename_kernel(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec = {
        "name": "tf-gpu-py37",
        "display_name": "Python 3.7 (TensorFlow GPU)",
        "language": "python",
    }


def print_ten_megabytes(notebook: NotebookNode) -> None:
    cell = new_code_cell('print("still here\\n" * 1_000_000)', id="ten-megabytes")
    notebook.cells.insert(find(notebook, "conv_forward-checks"), cell)


def add_notes(notebook: NotebookNode) -> None:
    """Cells of the student's own: a note, and a try that fails."""
    note = new_markdown_cell("Ask in the tutorial: why is the filter *not* flipped?", id="my-note")
    trial = new_code_cell("undefined_name + 1", id="my-trial")
    place = find(notebook, "pool_forward")
    notebook.cells[place:place] = [note, trial]


def truncate(path: Path, text: str) -> None:
    """An upload that broke off in the middle."""
    path.write_text(text[: len(text) * 3 // 5])


def write_notes_only(path: Path, text: str) -> None:
    path.with_name("notes.txt").write_text(
        "The notebook is on my other computer, I send it tonight.\n"
    )


# --- the class ------------------------------------------------------------------------------

GOOD = questions("good", "good")

CONVOLUTIONS: dict[str, Work] = {
    "student-01": Work(right(), GOOD),
    "student-02": Work(
        right(
            zero_pad="slices",
            conv_single_step="einsum",
            conv_forward="sliding_windows",
            pool_forward="window_view",
            conv_backward="im2col",
            pool_backward="offsets",
        ),
        questions("good", "half"),
        change=add_notes,
    ),
    "student-03": Work(
        right(
            zero_pad="scipy_full",
            conv_single_step="scipy_valid",
            conv_forward="scipy_correlate",
            pool_forward="scipy_filters",
            conv_backward="scipy_convolve",
            pool_backward="scipy_full_convolution",
        ),
        questions("half", "good"),
    ),
    "student-04": Work(
        right(
            zero_pad="nested_lists",
            conv_single_step="fsum",
            conv_forward="nested_lists",
            pool_forward="im2col_lists",
            conv_backward="matrix_of_the_layer",
            pool_backward="nested_lists",
        ),
        questions("half", "half"),
    ),
    "student-05": Work(right() | strange(pool_forward="warns_and_is_right"), GOOD),
    "student-06": Work(
        only(right(), "zero_pad", "conv_single_step", "conv_forward", "pool_forward"),
        questions("half"),
    ),
    "student-07": Work({}),
    "student-08": Work(right() | wrong(conv_forward="stride_rows_only"), questions("good", "half")),
    "student-09": Work(
        right() | part("by_the_plan", "zero_pad", "conv_single_step", "conv_forward"),
        questions("good", "wrong"),
    ),
    "student-10": Work(
        right()
        | wrong(
            conv_forward="pad_at_the_end",
            pool_forward="max_starts_at_zero",
            conv_backward="pad_zero_cut_away",
        ),
        questions("wrong", "half"),
    ),
    "student-11": Work(
        right()
        | wrong(
            zero_pad="every_axis",
            conv_single_step="one_element_array",
            conv_forward="no_bias",
            pool_forward="average_not_divided",
            conv_backward="kernel_flipped_in_dA",
            pool_backward="mode_ignored",
        ),
        questions("wrong", "wrong"),
    ),
    "student-12": Work(
        right()
        | wrong(
            zero_pad="shape_typed_in",
            conv_single_step="answer_typed_in",
            conv_forward="answers_typed_in",
            pool_forward="answers_typed_in",
            conv_backward="answers_typed_in",
            pool_backward="answers_typed_in",
        ),
    ),
    "student-13": Work(right(), questions("half", "good"), change=drop_colon),
    "student-14": Work(right() | strange(pool_backward="loops_for_ever"), questions("good")),
    "student-15": Work(right() | strange(conv_backward="eats_memory"), questions("half", "wrong")),
    "student-16": Work(right() | strange(conv_single_step="ends_the_process")),
    "student-17": Work(right(conv_forward="as_strided"), GOOD, change=delete_tests),
    "student-18": Work(right(conv_forward="im2col"), GOOD, change=copy_cells),
    "student-19": Work(
        right(conv_forward="shift_and_add"), questions("good", "good"), change=rename_kernel
    ),
    "student-20": Work(right(), GOOD, write=truncate),
    "student-21": Work({}, write=write_notes_only),
    "student-22": Work(
        right() | strange(conv_forward="prints_everything"),
        questions("half", "half"),
        change=print_ten_megabytes,
    ),
    "student-23": Work(right(zero_pad="np_pad"), questions("good", "half"), timestamp=LATE),
    "student-24": Work(
        dict.fromkeys(EXERCISES["convolutions"], "") | strange(zero_pad="imports_the_reference")
    ),
}

FACES: dict[str, Work] = {
    "student-01": Work(right("faces"), questions(threshold="good")),
    "student-02": Work(
        right("faces", **dict.fromkeys(EXERCISES["faces"], "tensorflow_ops")),
        questions(threshold="half"),
    ),
    "student-03": Work(
        right(
            "faces",
            img_to_encoding="division_first",
            verify="math_dist",
            who_is_it="arrays_of_names",
            triplet_loss="keras_ops",
            semi_hard_triplets="masks",
            similarity="numpy_expit",
        )
    ),
    "student-06": Work(only(right("faces"), "img_to_encoding", "verify", "who_is_it")),
    "student-07": Work({}),
    "student-08": Work(
        right("faces") | wrong(triplet_loss="mean_for_sum"), questions(threshold="half")
    ),
    "student-09": Work(right("faces") | wrong(img_to_encoding="calls_predict")),
    "student-10": Work(
        right("faces")
        | wrong(
            verify="nan_opens",
            who_is_it="last_of_equals",
            semi_hard_triplets="no_axis_for_none",
            similarity="exponent_overflows",
        )
    ),
    "student-11": Work(
        right("faces")
        | wrong(
            img_to_encoding="not_scaled",
            verify="smaller_only",
            who_is_it="name_of_a_stranger",
            triplet_loss="in_numpy",
            semi_hard_triplets="columns_in_another_order",
            similarity="unknown_is_absolute",
        )
    ),
    "student-24": Work(
        dict.fromkeys(EXERCISES["faces"], "")
        | strange(img_to_encoding="imports_the_reference_of_faces")
    ),
}

STYLE: dict[str, Work] = {
    "student-01": Work(right("style-transfer"), questions(gram="good", picture="good")),
    "student-02": Work(
        right("style-transfer", **dict.fromkeys(EXERCISES["style-transfer"], "tensorflow_ops")),
        questions(gram="half", picture="half"),
    ),
    "student-03": Work(
        right("style-transfer", **dict.fromkeys(EXERCISES["style-transfer"], "keras_ops")),
        questions(gram="good", picture="good"),
    ),
    "student-06": Work(
        only(
            right("style-transfer"),
            "compute_content_cost",
            "gram_matrix",
            "compute_layer_style_cost",
        )
    ),
    "student-07": Work({}),
    "student-08": Work(
        right("style-transfer") | wrong(compute_content_cost="constant_of_the_paper"),
        questions(gram="half", picture="lost"),
    ),
    "student-09": Work(
        right("style-transfer")
        | part("style_by_the_plan", "gram_matrix", "compute_layer_style_cost", "compute_style_cost")
    ),
    "student-10": Work(
        right("style-transfer")
        | wrong(
            compute_content_cost="root_squared",
            compute_layer_style_cost="whole_numbers_overflow",
            compute_style_cost="same_channels_overwritten",
            train_step="optimizer_made_anew",
        )
    ),
    "student-11": Work(
        right("style-transfer")
        | wrong(
            compute_content_cost="mean_for_sum",
            gram_matrix="means_taken_off",
            compute_layer_style_cost="reshape_for_transpose",
            compute_style_cost="weights_ignored",
            total_cost="weights_exchanged",
            train_step="not_clipped",
        )
    ),
    "student-24": Work(
        dict.fromkeys(EXERCISES["style-transfer"], "")
        | strange(compute_content_cost="imports_the_reference_of_style")
    ),
}

BEYOND: dict[str, Work] = {
    "student-01": Work(right("beyond-images"), questions(dimensions="good")),
    "student-02": Work(
        right(
            "beyond-images",
            conv_output_shape="numpy_arrays",
            causal_pad="np_pad",
            conv1d_forward="sliding_windows",
            conv3d_forward="sliding_windows",
        ),
        questions(dimensions="half"),
    ),
    "student-03": Work(
        right(
            "beyond-images",
            conv_output_shape="list_of_sizes",
            causal_pad="tensorflow_ops",
            conv1d_forward="tensorflow_ops",
            conv3d_forward="tensorflow_ops",
        ),
        questions(dimensions="good"),
    ),
    "student-04": Work(
        right(
            "beyond-images",
            conv_output_shape="array_of_sizes",
            causal_pad="nested_lists",
            conv1d_forward="nested_lists",
            conv3d_forward="nested_lists",
        )
    ),
    "student-06": Work(
        only(right("beyond-images"), "conv_output_shape", "causal_pad", "conv1d_forward")
    ),
    "student-07": Work({}),
    "student-08": Work(
        right("beyond-images") | wrong(conv3d_forward="stride_in_the_slice_only"),
        questions(dimensions="half"),
    ),
    "student-09": Work(
        right("beyond-images")
        | part("dimensions_by_the_plan", "conv_output_shape", "conv1d_forward", "conv3d_forward")
    ),
    "student-10": Work(
        right("beyond-images")
        | wrong(
            conv_output_shape="axes_of_one_lost",
            causal_pad="view_for_one",
            conv1d_forward="pad_is_a_switch",
            conv3d_forward="ceil_in_depth",
        ),
        questions(dimensions="wrong"),
    ),
    "student-11": Work(
        right("beyond-images")
        | wrong(
            conv_output_shape="images_only",
            causal_pad="both_ends",
            conv1d_forward="np_convolve",
            conv3d_forward="slice_by_slice",
        )
    ),
    "student-24": Work(
        dict.fromkeys(EXERCISES["beyond-images"], "")
        | strange(conv_output_shape="imports_the_reference_of_dimensions")
    ),
}

CLASS = {
    "convolutions": CONVOLUTIONS,
    "faces": FACES,
    "style-transfer": STYLE,
    "beyond-images": BEYOND,
}


def main() -> None:
    for folder in HERE.glob("student-*"):
        shutil.rmtree(folder)
    for assignment, works in CLASS.items():
        path = HERE.parent / "assignments" / assignment / f"{assignment}.ipynb"
        released = nbformat.read(path, as_version=4)
        for student, work in works.items():
            hand_in(work, copy.deepcopy(released), HERE / student / assignment / path.name)
        print(f"{len(works)} students with {assignment} in {HERE.name}/")


def attach(cell: NotebookNode) -> None:
    """The pictures that a text cell shows, as far as they are in `answers/`."""
    for name in re.findall(r"\(attachment:([\w.-]+)\)", cell.source):
        picture = HERE / "answers" / name
        if picture.is_file():
            data = base64.b64encode(picture.read_bytes()).decode()
            cell["attachments"] = {name: {"image/jpeg": data}}


def hand_in(work: Work, notebook: NotebookNode, path: Path) -> None:
    """Write what one student hands in for one assignment, from the released notebook."""
    for grade_id, source in (work.code | work.written).items():
        cell = notebook.cells[find(notebook, grade_id)]
        cell.source = source.strip("\n")
        attach(cell)
    if work.change is not None:
        work.change(notebook)
    path.parent.mkdir(parents=True)
    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    if work.write is not None:
        work.write(path, text)
    else:
        path.write_text(text)
    if work.timestamp:
        path.with_name("timestamp.txt").write_text(work.timestamp)


if __name__ == "__main__":
    main()

"""The command line: parses, calls, prints; decides nothing."""

from __future__ import annotations

import argparse
import errno
import json
import secrets
import sys
from functools import partial
from pathlib import Path
from typing import Any

import coursekit


def main(argv: list[str] | None = None) -> int:
    """Run `coursekit`; the return value is the exit code."""
    parser = argparse.ArgumentParser(
        prog="coursekit", description="Release, judge and report assignments of the course; paint."
    )
    parser.add_argument("--version", action="version", version=coursekit.__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    one = commands.add_parser("judge", help="judge one notebook or script; needs no gradebook")
    one.add_argument("file", type=Path, help="an .ipynb or .py file")
    what = one.add_mutually_exclusive_group()
    what.add_argument("--exercise", help="judge this exercise only")
    what.add_argument("--assignment", help="the assignment (default: by the file's functions)")
    one.add_argument("--json", action="store_true", help="print the document, not a table")
    one.add_argument("--seed", type=_whole, help="draw the inputs from this number")
    one.add_argument("--public", action="store_true", help="run the public checks only")
    _offer_sandbox(one)
    one.set_defaults(run=_judge)

    release = commands.add_parser("release", help="prove an assignment and make the students' copy")
    release.add_argument("assignment")
    release.add_argument("--check", action="store_true", help="only say whether it is up to date")
    release.set_defaults(run=_release)

    grade = commands.add_parser("grade", help="judge what lies in submitted/ into the gradebook")
    grade.add_argument("assignment")
    grade.add_argument("--student", help="only this student")
    grade.add_argument("--force", action="store_true", help="judge again what was judged already")
    grade.add_argument("--jobs", type=_whole, help="so many side by side (default: all cores)")
    grade.add_argument("--seed", type=_whole, help="draw the inputs from this number")
    again = grade.add_mutually_exclusive_group()
    again.add_argument(
        "--regrade",
        action="store_true",
        help="judge all again after a check was mended, with the seeds of then; the report shows "
        "what changed, and manual grades and comments stay",
    )
    again.add_argument(
        "--explain", metavar="STUDENT", help="replay one judgment in full detail; write nothing"
    )
    grade.add_argument("--scheduler", metavar="URL", help="judge on the workers of this scheduler")
    _offer_sandbox(grade)
    grade.set_defaults(run=_grade)

    doctor = commands.add_parser("doctor", help="say what seals submissions off on this machine")
    doctor.set_defaults(run=_doctor)

    strength = commands.add_parser("strength", help="can the checks be trusted? try mutants")
    strength.add_argument("assignment")
    strength.add_argument("--exercise", help="only this exercise")
    strength.add_argument("--sample", type=_whole, help="so many mutants, always the same ones")
    strength.add_argument("--jobs", type=_whole, help="so many side by side (default: all cores)")
    strength.add_argument("--json", type=Path, metavar="FILE", help="write the whole result there")
    strength.set_defaults(run=_strength)

    for name, text, run in (
        ("feedback", "write a page for each student", _feedback),
        ("report", "write one page about the class", _report),
    ):
        view = commands.add_parser(name, help=text)
        view.add_argument("assignment")
        view.set_defaults(run=run)

    paint = commands.add_parser(
        "paint",
        help="paint one picture in the style of another",
        description="Paint the content of one picture in the style of another, or of several. A "
        "picture is a file, or the name of one that comes along, such as china and strokes.",
    )
    _describe_paint(paint)
    paint.set_defaults(run=_paint)

    publish = commands.add_parser("publish", help="make what students install")
    publish.add_argument("edition", choices=["student"])
    publish.add_argument("-o", "--output", type=Path, default=Path("dist/student"))
    publish.set_defaults(run=_publish)

    arguments = parser.parse_args(argv)
    try:
        return arguments.run(arguments)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("coursekit."):
            return _complain("this is the student edition; that command is for instructors")
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _complain("the disk is full; make room, and the same command goes on from there")
        raise
    except KeyboardInterrupt:
        return _complain("stopped; what is finished stays, and the same command goes on from there")


def _offer_sandbox(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--sandbox",
        choices=["required", "none"],
        default="required",
        help="none: run submissions unsealed, where you trust every one of them",
    )


def _describe_paint(paint: argparse.ArgumentParser) -> None:
    """What is left out here has the default of `coursekit.style.transfer`."""
    paint.add_argument("content", metavar="CONTENT", help="the picture to paint; none: a texture")
    paint.add_argument("styles", metavar="STYLE", nargs="+", help="the picture to paint it like")
    paint.add_argument("-o", "--output", metavar="OUT", type=Path, required=True)
    for flag, kind, metavar, text in (
        ("--size", _size, "SIZE", "longer side in pixels, or HEIGHTxWIDTH (default: 256)"),
        ("--steps", _whole, "N", "steps at each size, from coarse to fine"),
        ("--levels", _whole, "N", "from so many sizes, each half of the next; 1: full size only"),
        ("--alpha", float, "X", "weight of the content"),
        ("--beta", float, "X", "weight of the style"),
        ("--total-variation", float, "X", "more makes the picture smoother"),
        ("--style-scale", float, "X", "2: strokes twice as large"),
        ("--seed", _whole, "N", "fixes the noise"),
    ):
        paint.add_argument(flag, type=kind, metavar=metavar, help=text)
    paint.add_argument(
        "--style-shares", type=float, nargs="+", metavar="X", help="how much of each STYLE"
    )
    paint.add_argument("--keep-colors", action="store_true", help="keep the colors of CONTENT")
    paint.add_argument("--initial", choices=["content", "noise", "mix"], help="where to start")
    paint.add_argument("--method", choices=["l-bfgs", "adam"])
    paint.add_argument(
        "--extractor",
        choices=["small", "vgg19", "vgg16", "random-multiscale"],
        default="small",
        help="the network that sees (default: small, which comes along)",
    )
    paint.add_argument("--weights", metavar="FILE", help="weights of VGG that you have; or random")
    paint.add_argument("--animation", type=Path, metavar="FILE.gif", help="the way there, as well")
    paint.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="where to keep the state: the same command goes on from it (default: beside OUT)",
    )
    paint.add_argument("--quiet", action="store_true", help="no line of progress")


def _size(text: str) -> int | tuple[int, int]:
    sides = text.lower().split("x")
    if len(sides) > 2 or not all(side.isdecimal() for side in sides):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number nor HEIGHTxWIDTH")
    return int(text) if len(sides) == 1 else (int(sides[0]), int(sides[1]))


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 0")
    return int(text)


def _complain(sentence: str) -> int:
    print(f"coursekit: {sentence}.", file=sys.stderr)
    return 2


def _judge(arguments: argparse.Namespace) -> int:
    from coursekit.grading.course import CourseError
    from coursekit.grading.jobs import judge_file
    from coursekit.grading.sandbox import SandboxError
    from coursekit.grading.submission import UnreadableError
    from coursekit.grading.tables import terminal_table

    try:
        document = judge_file(
            arguments.file,
            exercise=arguments.exercise,
            assignment=arguments.assignment,
            public_only=arguments.public,
            seed=secrets.randbits(32) if arguments.seed is None else arguments.seed,
            sandbox=arguments.sandbox,
        )
    except (UnreadableError, CourseError, SandboxError) as error:
        return _complain(str(error))
    if arguments.json:
        print(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        print(terminal_table(document))
    return 0


def _release(arguments: argparse.Namespace) -> int:
    from coursekit.grading.course import Course, CourseError
    from coursekit.publishing.release import ReleaseError, is_current, release

    try:
        course = Course.locate()
        if arguments.check:
            if is_current(course, arguments.assignment):
                print(f"assignments/{arguments.assignment} is up to date")
                return 0
            return _complain(
                f"assignments/{arguments.assignment} is not what its source makes; run "
                f"coursekit release {arguments.assignment} and commit the result"
            )
        print(release(course, arguments.assignment))
    except (ReleaseError, CourseError) as error:
        return _complain(str(error))
    return 0


def _grade(arguments: argparse.Namespace) -> int:
    from coursekit.grading.course import Course, CourseError
    from coursekit.grading.runner import grade
    from coursekit.grading.sandbox import SandboxError

    if arguments.jobs is not None and arguments.jobs < 1:
        return _complain(f"--jobs is {arguments.jobs}, and must be 1 or more")
    seed = secrets.randbits(32) if arguments.seed is None else arguments.seed
    try:
        course = Course.locate()
        if arguments.explain is not None:
            return _explain(course, arguments)
        said, complete = grade(
            course,
            arguments.assignment,
            partial(_open_pool, course, arguments, seed),
            student=arguments.student,
            force=arguments.force,
            regrade=arguments.regrade,
            seed=seed,
        )
    except (CourseError, SandboxError) as error:
        return _complain(str(error))
    print(said)
    # Somebody's work is not in the gradebook, or by the grader's own fault without points.
    return 0 if complete else 1


def _open_pool(course: Any, arguments: argparse.Namespace, seed: int) -> Any:
    if arguments.scheduler:
        from coursekit.grading.cluster import ClusterPool

        return ClusterPool(
            arguments.scheduler, course, arguments.assignment, sandbox=arguments.sandbox
        )
    from coursekit.grading.pool import LocalPool

    return LocalPool(
        course, arguments.assignment, jobs=arguments.jobs, sandbox=arguments.sandbox, seed=seed
    )


def _explain(course: Any, arguments: argparse.Namespace) -> int:
    from coursekit.grading.explain import explain

    pool = partial(_open_pool, course, arguments)
    print(explain(course, arguments.assignment, arguments.explain, pool))
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from coursekit.grading.course import Course, CourseError
    from coursekit.grading.doctor import doctor
    from coursekit.grading.sandbox import SandboxError

    try:
        said, kept = doctor(Course.locate(anywhere=True))
    except (CourseError, SandboxError) as error:
        return _complain(str(error))
    print(said)
    return 0 if kept else 1


def _strength(arguments: argparse.Namespace) -> int:
    from coursekit.grading.course import Course, CourseError
    from coursekit.grading.sandbox import SandboxError
    from coursekit.grading.strength import show, strength

    if arguments.jobs is not None and arguments.jobs < 1:
        return _complain(f"--jobs is {arguments.jobs}, and must be 1 or more")
    try:
        document = strength(
            Course.locate(),
            arguments.assignment,
            exercise=arguments.exercise,
            sample=arguments.sample,
            jobs=arguments.jobs,
            sandbox="tried",  # the course's own code
            progress=True,
        )
    except (CourseError, SandboxError) as error:
        return _complain(str(error))
    if arguments.json:
        arguments.json.write_text(json.dumps(document, indent=2, ensure_ascii=False))
    show(document)
    return 0 if document["sound"] else 1


def _feedback(arguments: argparse.Namespace) -> int:
    from coursekit.grading.course import Course, CourseError
    from coursekit.grading.feedback import write_feedback

    try:
        print(write_feedback(Course.locate(), arguments.assignment))
    except CourseError as error:
        return _complain(str(error))
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from coursekit.grading.course import Course, CourseError
    from coursekit.grading.report import write_report

    try:
        print(write_report(Course.locate(), arguments.assignment))
    except CourseError as error:
        return _complain(str(error))
    return 0


def _paint(arguments: argparse.Namespace) -> int:
    from coursekit.style.command import paint

    given = {name: value for name, value in vars(arguments).items() if value is not None}
    for name in ("command", "run"):
        given.pop(name)
    try:
        print(paint(given.pop("content"), given.pop("styles"), given.pop("output"), **given))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        return _complain(f"{error.filename}: {error.strerror}" if error.errno else str(error))
    except (ValueError, FloatingPointError, KeyboardInterrupt) as error:
        return _complain(str(error) or "stopped before painting began")
    return 0


def _publish(arguments: argparse.Namespace) -> int:
    from coursekit.grading.course import Course, CourseError
    from coursekit.publishing.student import publish_student

    try:
        print(publish_student(Course.locate(), arguments.output))
    except CourseError as error:
        return _complain(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())

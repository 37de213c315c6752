"""coursekit: an open course on convolutional networks to read, do and grade.

Importing the package loads nothing heavier than NumPy; TensorFlow, Matplotlib and the
grading side load when something that needs them is called.
"""

from coursekit.exercises import use

__version__ = "0.1.0"
__all__ = ["__version__", "check", "use"]


def check(function):
    """Run the public checks of one exercise on your function (see `coursekit.checks.check`)."""
    from coursekit.checks import check as run_checks

    return run_checks(function)

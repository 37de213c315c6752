"""coursekit: an open course on convolutional networks to read, do and grade.

Importing the package loads nothing heavier than NumPy; TensorFlow, Matplotlib and the
grading side load when something that needs them is called.
"""

from coursekit.exercises import use

__version__ = "0.1.0"
__all__ = ["__version__", "check", "use"]


def __getattr__(name: str):
    # Late, because checks need pytest's marks, and a reader of the package does not.
    if name == "check":
        from coursekit.checks import check

        return check
    raise AttributeError(f"module 'coursekit' has no attribute {name!r}")

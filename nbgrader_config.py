"""nbgrader reads this file in the course directory; what it says stands in the package."""

from coursekit.grading.settings import configure

configure(get_config())  # nbgrader defines it here

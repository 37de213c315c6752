"""The public checks as pytest runs them, over the reference."""

from coursekit.checks.beyond_images import *  # noqa: F403
from coursekit.checks.convolutions import *  # noqa: F403
from coursekit.checks.faces import *  # noqa: F403
from coursekit.checks.style_transfer import *  # noqa: F403

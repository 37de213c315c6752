"""Style: paint with the statistics of a network.

- `costs`: the exercises, such as `gram_matrix` and `compute_layer_style_cost`.
- `extractors`: networks that turn a picture into activations; `stack`: their fast arithmetic;
  `training`: how the small one learned.
- `transfer`: the picture that makes the cost small; `objective` builds that cost, `minimizers` make
  it small, `run` keeps the books of the way there, `colors` keeps the colors of the content.
- `command`: `coursekit paint`.

Pictures come from `coursekit.datasets`. TensorFlow is loaded when a network is.
"""

from coursekit.style.costs import (
    compute_content_cost,
    compute_layer_style_cost,
    compute_style_cost,
    gram_matrix,
    total_cost,
    train_step,
)
from coursekit.style.extractors import Extractor, load_extractor
from coursekit.style.transfer import Painting, transfer

__all__ = [
    "Extractor",
    "Painting",
    "compute_content_cost",
    "compute_layer_style_cost",
    "compute_style_cost",
    "gram_matrix",
    "load_extractor",
    "total_cost",
    "train_step",
    "transfer",
]

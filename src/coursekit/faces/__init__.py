"""Faces: from one picture to a name.

- `recognition`: the exercises, such as `triplet_loss` and `who_is_it`.
- `encoder`: the network that makes 128 numbers of a picture; `training`: how it learned to.
- `gallery`: people who are known, by one picture each; `door`: it opens for them.
- `measures` and `plots`: how often that is right; `slider`: a threshold for the reader to drag.
- `pretrained`: encoders that others have trained.

The faces themselves come from `coursekit.datasets.faces`. TensorFlow is loaded when a network is.
"""

from coursekit.faces.door import open_door
from coursekit.faces.encoder import build_encoder, encode, load_encoder
from coursekit.faces.gallery import Gallery
from coursekit.faces.pretrained import load_keras_encoder
from coursekit.faces.recognition import (
    img_to_encoding,
    semi_hard_triplets,
    similarity,
    triplet_loss,
    verify,
    who_is_it,
)

__all__ = [
    "Gallery",
    "build_encoder",
    "encode",
    "img_to_encoding",
    "load_encoder",
    "load_keras_encoder",
    "open_door",
    "semi_hard_triplets",
    "similarity",
    "triplet_loss",
    "verify",
    "who_is_it",
]

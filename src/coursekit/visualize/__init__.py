"""What a unit of a network sees, and what it likes to see, for any Keras model.

- `receptive_field`: the part of the picture that a unit sees, computed from the architecture; of
  a signal or a volume too, where the model takes these.
- `top_patches`: the parts of given pictures that excite a unit most.
- `first_layer_filters`: the filters of the first convolution, as small pictures.
- `maximize`: a picture that excites a unit, found by gradient ascent.
- `show_patches`, `show_filters`, `draw_receptive_fields`: figures of these.

A *unit* is a channel of a layer; it stands at each position of the layer's output and sees another
part of the picture from each. Pictures are (n_H, n_W, n_C) from 0 to 1.

Sources: Zeiler and Fergus, "Visualizing and understanding convolutional networks" (2014), for the
patches; Olah, Mordvintsev and Schubert, "Feature visualization" (2017), for the frequencies in
`maximize`.
"""

from coursekit.visualize.ascent import first_layer_filters, maximize
from coursekit.visualize.fields import ReceptiveField, receptive_field
from coursekit.visualize.figures import draw_receptive_fields, show_filters, show_patches
from coursekit.visualize.patches import Patches, top_patches

__all__ = [
    "Patches",
    "ReceptiveField",
    "draw_receptive_fields",
    "first_layer_filters",
    "maximize",
    "receptive_field",
    "show_filters",
    "show_patches",
    "top_patches",
]

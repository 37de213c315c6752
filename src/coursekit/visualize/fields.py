"""The part of a signal, picture or volume that a unit sees, computed from the architecture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from coursekit.visualize.graph import Call, calls_between, find_layer, input_size

if TYPE_CHECKING:
    import keras

# Classes of layers, without the 1D, 2D or 3D at the end of their names.
# fmt: off
# Each output sees what the inputs at its own position see.
_POINTWISE = {
    "Activation", "ActivityRegularization", "AlphaDropout", "BatchNormalization", "Dropout", "ELU",
    "GaussianDropout", "GaussianNoise", "Identity", "LeakyReLU", "Normalization", "PReLU", "ReLU",
    "Rescaling", "Softmax", "SpatialDropout",
    # Where branches meet.
    "Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract",
    # Operations on Keras tensors, as in `x / 255`.
    "Absolute", "Clip", "Divide", "Elu", "Exp", "Gelu", "LeakyRelu", "Log", "Negative", "Power",
    "Relu", "Relu6", "Selu", "Sigmoid", "Silu", "Softplus", "Sqrt", "Square", "Tanh", "TrueDivide",
}
# Each output sees all of its input, or what comes out has no places any more.
_EVERYTHING = {
    "AdaptiveAveragePooling", "AdaptiveMaxPooling", "Flatten", "GlobalAveragePooling",
    "GlobalMaxPooling", "Reshape",
}
# fmt: on
_CONVOLUTIONS = {"Conv", "DepthwiseConv", "SeparableConv"}
_POOLINGS = {"AveragePooling", "MaxPooling"}


class ReceptiveField(NamedTuple):
    """What the units of a layer see: as many numbers as there are spatial axes, three times.

    They are samples of a signal, pixels of a picture (height, width), or voxels of a volume
    (height, width, depth). The unit in row i and column j sees the `size` pixels from
    `start + (i, j) * stride` on. Near the border of the picture that may reach beyond it, where
    padding lies.
    """

    size: tuple[int, ...]
    stride: tuple[int, ...]
    start: tuple[int, ...]

    def box(self, *place: int) -> tuple[int, ...]:
        """First row and column, and those after the last, that the unit at a position sees.

        For signals the first sample and the one after the last, for volumes six numbers.
        """
        if len(place) != len(self.size):
            raise ValueError(
                f"the place is {place}, but it must have {len(self.size)} numbers, as the field has"
            )
        first = [start + at * step for start, at, step in zip(self.start, place, self.stride)]
        return *first, *(begin + size for begin, size in zip(first, self.size))


class _Axis(NamedTuple):
    """A receptive field along one axis, and the length of the layer's output, if that is known."""

    size: int
    stride: int
    start: int
    length: int | None

    def slide(self, window: int, step: int, padding: str) -> _Axis:
        """Behind a window of this size, moved by this step."""
        if padding == "valid":
            before = 0
            length = None if self.length is None else (self.length - window) // step + 1
        elif padding == "causal":
            before = window - 1
            length = None if self.length is None else -(-self.length // step)
        else:
            # "same" pads for ceil(length / step) outputs; the odd zero goes to the end. A length
            # that nobody knows yet is taken for a multiple of the step.
            known = step if self.length is None else self.length
            outputs = -(-known // step)
            before = max((outputs - 1) * step + window - known, 0) // 2
            length = None if self.length is None else outputs
        return _Axis(
            self.size + (window - 1) * self.stride,
            self.stride * step,
            self.start - before * self.stride,
            length,
        )

    def pad(self, before: int, after: int) -> _Axis:
        length = None if self.length is None else self.length + before + after
        return self._replace(start=self.start - before * self.stride, length=length)

    def join(self, other: _Axis, name: str) -> _Axis:
        """The smallest field that holds two, where branches meet."""
        if self.stride != other.stride:
            raise ValueError(f"the branches that meet in layer {name!r} have different strides")
        start = min(self.start, other.start)
        end = max(self.start + self.size, other.start + other.size)
        return self._replace(start=start, size=end - start)


# None where a unit sees the whole input.
_Field = tuple[_Axis, ...] | None


def receptive_field(
    model: keras.Model, layer: str, *, size: tuple[int, ...] | None = None
) -> ReceptiveField:
    """The part of the signal, picture or volume that each unit of a layer sees.

    A window of f positions that lie s pixels of the picture apart sees (f - 1) s pixels more than
    one position does, and a step multiplies s for all layers after it: so depth, and pooling even
    more, let units see farther. Along each axis alike: samples of a signal, voxels of a volume.

    Parameters
    ----------
    model : keras.Model
        Sequential or functional, of convolutions, pooling, padding, cropping, branches that meet,
        and layers that work position by position, in 1D, 2D or 3D. Models within it count as
        layers.
    layer : str
        Name of the layer.
    size : tuple of int, optional
        Lengths of the input, where the model takes any: (n,) of signals, (n_H, n_W) of pictures,
        (n_H, n_W, n_D) of volumes. Without it, lengths are taken for multiples of the strides, and
        a layer that sees everything has no field.

    Returns
    -------
    ReceptiveField
        For units that see everything: all of the input, stride and start 0. With a dilation or
        with branches, not every pixel in the field need count.

    Raises
    ------
    ValueError
        For a model without a graph, an unknown layer, or one whose field cannot be computed: the
        sentence names it and its class.

    Notes
    -----
    Behind "same" padding with a stride, where the field starts depends on the size of the picture.
    Behind "causal" padding a field ends at the unit's own place.
    """
    target = find_layer(model, layer).outputs[0]
    lengths = input_size(model, size)
    fields: dict[int, _Field] = {
        id(tensor): tuple(_Axis(1, 1, 0, length) for length in lengths) for tensor in model.inputs
    }
    # Only what leads to the layer: elsewhere the model may have layers that are unknown here.
    _walk(calls_between(model.inputs, [target]), fields)
    field = fields[id(target)]
    if field is not None:
        sizes, strides, starts, _ = zip(*field)
        return ReceptiveField(sizes, strides, starts)
    if None in lengths:
        what, names = (("signal", "n,"), ("picture", "height, width"), ("volume", "n_H, n_W, n_D"))[
            len(lengths) - 1
        ]
        raise ValueError(
            f"units of layer {layer!r} see the whole {what}, and the model takes any size: "
            f"pass size=({names})"
        )
    nothing = (0,) * len(lengths)
    return ReceptiveField(lengths, nothing, nothing)


def _walk(calls: list[Call], fields: dict[int, _Field]) -> None:
    """Enter the field of each call's outputs, in order; those of the inputs are there."""
    for call in calls:
        if all(id(tensor) in fields for tensor in call.outputs):
            continue  # an input
        seen = [fields[id(tensor)] for tensor in call.inputs]
        fields.update(zip(map(id, call.outputs), _behind(call, seen)))


def _behind(call: Call, seen: list[_Field]) -> list[_Field]:
    """Fields of a layer's outputs, from those of its inputs."""
    layer, kind = call.layer, type(call.layer).__name__
    if hasattr(layer, "layers") and hasattr(layer, "inputs"):  # a model within the model
        inner = {id(tensor): field for tensor, field in zip(layer.inputs, seen)}
        _walk(calls_between(layer.inputs, layer.outputs), inner)
        return [inner[id(tensor)] for tensor in layer.outputs]
    base = re.sub("[123]D$", "", kind)
    if None in seen or base in _EVERYTHING:
        return [None] * len(call.outputs)
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        raise ValueError(f"layer {layer.name!r} has its channels first: they must come last")
    if base in _CONVOLUTIONS | _POOLINGS:
        (field,) = seen
        windows = layer.pool_size if base in _POOLINGS else layer.kernel_size
        spread = (1,) * len(field) if base in _POOLINGS else layer.dilation_rate
        return [
            tuple(
                axis.slide((window - 1) * dilation + 1, step, layer.padding)
                for axis, window, dilation, step in zip(field, windows, spread, layer.strides)
            )
        ]
    if base in ("ZeroPadding", "Cropping"):
        (field,) = seen
        sign, amounts = (1, layer.padding) if base == "ZeroPadding" else (-1, layer.cropping)
        pairs = [amounts] if len(field) == 1 else amounts
        return [tuple(axis.pad(sign * one, sign * two) for axis, (one, two) in zip(field, pairs))]
    channels_only = kind in ("LayerNormalization", "UnitNormalization") and _last_axis(layer, seen)
    if base in _POINTWISE or kind == "Dense" or channels_only:
        if not seen:
            raise ValueError(f"layer {layer.name!r} has no input that comes from the model's input")
        field, *others = seen
        for other in others:
            field = tuple(axis.join(its, layer.name) for axis, its in zip(field, other))
        return [field] * len(call.outputs)
    raise ValueError(
        f"layer {layer.name!r} is of class {kind}, whose receptive field is not known here"
    )


def _last_axis(layer: Any, seen: list[_Field]) -> bool:
    axis = layer.axis
    return list(axis if isinstance(axis, (list, tuple)) else [axis]) in ([-1], [len(seen[0]) + 1])

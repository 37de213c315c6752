"""The graph of a Keras model: its layers, what leads to them, and what a model takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import keras
    from numpy.typing import ArrayLike


class Call(NamedTuple):
    """One call of a layer in a model's graph."""

    layer: Any
    inputs: list
    outputs: list


def calls_between(inputs: list, outputs: list) -> list[Call]:
    """The calls of layers between some tensors, each after those that it depends on."""
    ends = {id(tensor) for tensor in inputs}
    order: dict[int, Call] = {}
    # Depth first without recursion, since a deep network has more layers than Python has frames.
    stack = [(tensor, False) for tensor in reversed(outputs)]
    while stack:
        tensor, ready = stack.pop()
        layer, place, _ = tensor._keras_history
        node = layer._inbound_nodes[place]
        if id(node) in order:
            continue
        before = [] if id(tensor) in ends else list(node.input_tensors)
        if ready:
            order[id(node)] = Call(layer, before, list(node.output_tensors))
        else:
            stack.append((tensor, True))
            stack.extend((one, False) for one in reversed(before))
    return list(order.values())


def check_graph(model: keras.Model) -> None:
    """Refuse a model whose layers are called in code rather than held in a graph."""
    # A model without a graph has these lists empty, or fails to make them.
    if not (getattr(model, "inputs", None) and getattr(model, "outputs", None)):
        name = getattr(model, "name", type(model).__name__)
        raise ValueError(
            f"model {name!r} has no graph of layers: it must be functional, or a Sequential "
            "that is built (let it begin with keras.Input)"
        )


def find_layer(model: keras.Model, layer: str) -> Call:
    """The call of a model's layer, by the layer's name."""
    check_graph(model)
    calls = {call.layer.name: call for call in calls_between(model.inputs, model.outputs)}
    if layer not in calls:
        raise ValueError(f"model {model.name!r} has no layer {layer!r}: it has {', '.join(calls)}")
    return calls[layer]


def input_size(model: keras.Model, size: Sequence[int] | None = None) -> tuple[int | None, ...]:
    """The lengths of a model's input along its spatial axes, None where it takes any."""
    if len(model.inputs) != 1 or len(model.inputs[0].shape) not in (3, 4, 5):
        raise ValueError(
            f"model {model.name!r} must take one batch of signals (m, n, n_C), of pictures "
            "(m, n_H, n_W, n_C) or of volumes (m, n_H, n_W, n_D, n_C)"
        )
    own = tuple(model.inputs[0].shape[1:-1])
    if size is None:
        return own
    wanted, examples = (
        ("a length in samples, as in (1000,)", "signals"),
        ("a height and a width in pixels", "pictures"),
        ("a height, a width and a depth in voxels", "volumes"),
    )[len(own) - 1]
    if np.shape(size) != (len(own),) or min(size) < 1:
        raise ValueError(f"size is {size!r}: it must be {wanted}")
    if any(fixed not in (None, asked) for fixed, asked in zip(own, size)):
        raise ValueError(f"model {model.name!r} takes {examples} of {own}, not of {tuple(size)}")
    return tuple(map(int, size))


def picture_size(model: keras.Model, size: tuple[int, int] | None) -> tuple[int | None, int | None]:
    """Height and width of a model's pictures, None where it takes any."""
    if len(model.inputs) != 1 or len(model.inputs[0].shape) != 4:
        raise ValueError(
            f"model {model.name!r} must take one batch of pictures, (m, n_H, n_W, n_C)"
        )
    return input_size(model, size)


def up_to(model: keras.Model, tensor: Any) -> keras.Model:
    """The model cut off behind one of its tensors."""
    import keras

    return keras.Model(model.inputs[0], tensor)


def as_pictures(images: ArrayLike | Sequence[ArrayLike], model: keras.Model) -> list[np.ndarray]:
    """Pictures from 0 to 1 in a list, each with the channels that the model takes."""
    pictures = [np.asarray(picture) for picture in images]
    if not pictures:
        raise ValueError("there are no pictures: pass at least one")
    size = picture_size(model, None)
    channels = model.inputs[0].shape[-1]
    for number, picture in enumerate(pictures):
        if picture.ndim != 3 or picture.shape[-1] != channels:
            hint = ""
            if channels == 3 and (picture.ndim == 2 or picture.shape[-1] == 1):
                hint = "; repeat a gray picture's one channel three times"
            raise ValueError(
                f"picture {number} has shape {picture.shape}, and model {model.name!r} takes "
                f"(n_H, n_W, {channels}): pass a batch (m, n_H, n_W, {channels}) or a list{hint}"
            )
        if any(own not in (None, is_) for own, is_ in zip(size, picture.shape[:2])):
            raise ValueError(
                f"picture {number} is {picture.shape[0]} by {picture.shape[1]}, and model "
                f"{model.name!r} takes {size[0]} by {size[1]}: scale it"
            )
    return [
        (p / np.float32(255) if p.dtype == np.uint8 else p).astype(np.float32) for p in pictures
    ]


def count_units(call: Call, layer: str) -> int:
    shape = call.outputs[0].shape
    if len(shape) not in (2, 4) or shape[-1] is None:
        raise ValueError(
            f"layer {layer!r} gives {tuple(shape)}: units are channels of (m, n_H, n_W, n_C) or "
            "of (m, n_C)"
        )
    return int(shape[-1])


def check_units(units: int | Sequence[int], n_units: int, layer: str) -> np.ndarray:
    numbers = np.atleast_1d(np.asarray(units))
    if numbers.ndim != 1 or not numbers.size or not np.issubdtype(numbers.dtype, np.integer):
        raise ValueError(f"units is {units!r}: it must be a whole number or a list of them")
    for number in numbers.tolist():
        if not 0 <= number < n_units:
            raise ValueError(
                f"there is no unit {number} in layer {layer!r}: it has units 0 to {n_units - 1}"
            )
    return numbers.astype(np.int64)


def at_least_one(name: str, value: int) -> int:
    if not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{name} is {value!r}: it must be a whole number of at least 1")
    return int(value)

"""Hidden checks of compute_style_cost."""

import pytest
from style_oracles import layer_gradient, style

from coursekit.checks import expect
from coursekit.checks.style_transfer import arrives, is_float32, value_of, with_slopes

pytestmark = pytest.mark.exercise("compute_style_cost")

# As in a network: the deeper, the smaller and the more channels.
DEEP = ((1, 6, 8, 2), (1, 3, 4, 4), (1, 2, 2, 6), (1, 1, 2, 7))


def draw(rng, shapes):
    """Two lists of blocks whose Gram matrices differ clearly."""
    pairs = [rng.standard_normal((2, *shape)) * [[[[[1]]]], [[[[1.5]]]]] for shape in shapes]
    return tuple([pair[k].astype("float32") for pair in pairs] for k in (0, 1))


@pytest.mark.points(2)
def test_any_number_of_layers(student, rng):
    """One layer, several of one shape, and four that become smaller and deeper

    Hint: If the other checks pass: is the number of layers typed in, or do the weights have to add
    up to something?
    """
    for shapes, weights in (
        (DEEP[:1], [2.5]),
        ([DEEP[1]] * 3, [0.25, 1.0, 3.0]),
        (DEEP, [0.1, 0.2, 0.3, 0.4]),
        (DEEP, [4.0, 0.0, 2.0, 1.0]),
    ):
        a_S, a_G = draw(rng, shapes)
        value = value_of(student.compute_style_cost, a_S, a_G, weights)
        n = len(shapes)
        expect.scalar(
            value,
            style(a_S, a_G, weights),
            f"J_style over {n} layer{'s' * (n > 1)}",
            rtol=3e-4,
            suspects={
                "The weights met the layers in the wrong order.": style(a_S, a_G, weights[::-1]),
                "The weights were not used.": style(a_S, a_G, [1.0] * n),
            },
        )


@pytest.mark.points(1)
def test_gradient_of_every_layer(student, rng):
    """A float32 tensor, from which each layer gets its gradient, times its weight

    Hint: If the cost is right: is a layer's cost made a plain number before it is added?
    """
    weights = [0.5, 2.0, 1.0]
    a_S, a_G = draw(rng, DEEP[:3])
    value, slopes = with_slopes(student.compute_style_cost, a_S, a_G, weights)
    is_float32(value, "J_style")
    slopes = expect.items(slopes, 6, "The gradients")[3:]
    arrives(slopes, ("the first layer", "the second layer", "the third layer"))
    for slope, one, other, weight in zip(slopes, a_S, a_G, weights):
        want = weight * layer_gradient(one, other)
        expect.close(slope, want, "Gradient of a layer of a_G", atol=3e-4)

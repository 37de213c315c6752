"""Ways to make the cost of a picture small: L-BFGS, and Adam or a student's own step.

Each takes a run, and a cost as `objective.build_cost` gives it, and gives `advance(steps)`, which
goes on from `run.image` and `run.moments`, notes each picture on the way, and returns the new ones.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises import own
from coursekit.style.objective import guarded_step
from coursekit.style.run import Run


def by_lbfgs(run: Run, cost: Callable, parts: Any, plain: bool) -> Callable:
    """`advance(steps)` by L-BFGS within bounds; from one call to the next it remembers nothing.

    Source: R. H. Byrd, P. Lu, J. Nocedal and C. Zhu, "A limited memory algorithm for bound
    constrained optimization", 1995, as SciPy has it.
    """
    import tensorflow as tf
    from scipy.optimize import Bounds, minimize
    from threadpoolctl import threadpool_limits

    value_and_gradient = _differentiated(cost, plain)

    def advance(steps):
        shape = run.image.shape
        J, gradient = value_and_gradient(tf.constant(run.image[np.newaxis]))
        if run.step == 0 or run.step in run.ends:
            run.note(0, run.image, float(J), parts.numpy())
        # SciPy's first step is the gradient as it is: scaled, it moves pixels by about 0.01.
        scale = 0.01 / max(float(tf.sqrt(tf.reduce_mean(gradient**2))), 1e-30)
        done = 0

        def evaluate(x):
            J, gradient = value_and_gradient(tf.constant(x.reshape(1, *shape), tf.float32))
            return scale * float(J), scale * gradient.numpy().astype(np.float64).ravel()

        def callback(intermediate_result):
            nonlocal done
            done += 1
            image = intermediate_result.x.reshape(shape).astype(np.float32)
            # The step ended at the picture that was evaluated last.
            run.note(done, image, intermediate_result.fun / scale, parts.numpy())

        # On vectors of this length the threads of the linear algebra wait more than they work.
        with threadpool_limits(1, "blas"):
            found = minimize(
                evaluate,
                run.image.astype(np.float64).ravel(),
                jac=True,
                method="L-BFGS-B",
                bounds=Bounds(0, 1),
                callback=callback,
                # Steps alone say when to stop: what one pixel can gain is always little.
                options={"maxiter": steps, "maxfun": 100 * steps, "ftol": 0, "gtol": 0},
            )
        return found.x.reshape(shape).astype(np.float32), []

    return advance


def by_adam(run: Run, cost: Callable, parts: Any, plain: bool, *, learning_rate: float) -> Callable:
    """`advance(steps)` by Adam; by the student's `train_step`, where there is one."""
    import keras
    import tensorflow as tf

    image = tf.Variable(run.image[np.newaxis])
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build([image])
    for variable, value in zip(optimizer.variables, run.moments):
        variable.assign(value)
    value_and_gradient = _differentiated(cost, plain)

    def update(gradient):
        optimizer.apply([gradient], [image])
        image.assign(keras.ops.clip(image, 0, 1))

    update = tf.function(update, autograph=False)

    def own_step():
        J, gradient = value_and_gradient(image)
        update(gradient)
        return J

    students = own("train_step")
    cost = tf.function(cost, autograph=False) if plain else cost
    step = partial(guarded_step, students, image, cost, optimizer) if students else own_step

    def advance(steps):
        for i in range(steps):
            before = image.numpy()[0]
            run.note(i, before, float(step()), parts.numpy())
        painted = image.numpy()[0]
        if run.step + steps == run.total:
            run.note(steps, painted, float(cost(image)), parts.numpy())
        return painted, [np.asarray(variable) for variable in optimizer.variables]

    return advance


def _differentiated(cost, plain):
    """`image -> J, gradient`, compiled where no student's Python is part of the cost."""
    import tensorflow as tf

    def value_and_gradient(image):
        with tf.GradientTape() as tape:
            tape.watch(image)
            J = cost(image)
        return J, tape.gradient(J, image)

    return tf.function(value_and_gradient, autograph=False) if plain else value_and_gradient

"""Keeping the colors of a content picture: paint its brightness only, then put its colors back.

Source: L. A. Gatys, A. S. Ecker, M. Bethge, A. Hertzmann and E. Shechtman, "Controlling perceptual
factors in neural style transfer", 2017, section 5.2 (luminance-only transfer).
"""

from __future__ import annotations

import numpy as np

# Brightness Y and the two differences of color I and Q, each out of red, green and blue.
YIQ = np.array(
    [[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]], np.float32
)


def luminance(picture: np.ndarray) -> np.ndarray:
    """The brightness of a picture as a gray picture of three equal channels, (n_H, n_W, 3)."""
    return np.repeat((picture @ YIQ[0])[..., np.newaxis], 3, axis=-1)


def matched_luminance(style: np.ndarray, content: np.ndarray) -> np.ndarray:
    """The brightness of `style`, shifted and stretched to the mean and spread of `content`'s.

    Parameters
    ----------
    style, content : ndarray, shape (n_H, n_W, 3)
        Pictures of 0 to 1; they may differ in size.

    Returns
    -------
    ndarray, shape (n_H, n_W, 3), float32
        A gray picture; where stretching left the range 0 to 1 it is cut off.
    """
    L_S, L_C = luminance(style), luminance(content)
    spread = L_S.std()
    stretched = (L_S - L_S.mean()) * (L_C.std() / spread if spread > 0 else 1) + L_C.mean()
    return np.clip(stretched, 0, 1, dtype=np.float32)


def with_colors_of(painted: np.ndarray, content: np.ndarray) -> np.ndarray:
    """The brightness of `painted` with the colors of `content`.

    Parameters
    ----------
    painted, content : ndarray, shape (n_H, n_W, 3)
        Pictures of 0 to 1, of one size.

    Returns
    -------
    ndarray, shape (n_H, n_W, 3), float32
    """
    yiq = content @ YIQ.T
    yiq[..., 0] = painted @ YIQ[0]
    return np.clip(yiq @ np.linalg.inv(YIQ).T, 0, 1, dtype=np.float32)

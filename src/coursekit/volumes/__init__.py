"""Volumes: numbers along three axes, as in scans and films.

- `scan`: a scan with its voxels, their spacing and its nodules.
- `scans`: drawn chests, and cubes around nodules and vessels; `films`: edges that move.
- `readers`: scans of others, from DICOM series and NIfTI files.
- `network`: it tells nodules from vessels, in cubes and in whole scans; `training`: how it learned
  to, and a network for films; `measures`: how often that is right.
- `plots`: slices, slices to scroll through, projections, surfaces, films.

NumPy is enough to import it all; what else a function needs is loaded when it is called.
"""

from coursekit.volumes.films import moving_edge
from coursekit.volumes.network import load_network, mark_nodules, tell_nodules
from coursekit.volumes.readers import load_dicom, load_nifti
from coursekit.volumes.scan import Scan, lung_mask
from coursekit.volumes.scans import candidates, draw_scan

__all__ = [
    "Scan",
    "candidates",
    "draw_scan",
    "load_dicom",
    "load_network",
    "load_nifti",
    "lung_mask",
    "mark_nodules",
    "moving_edge",
    "tell_nodules",
]

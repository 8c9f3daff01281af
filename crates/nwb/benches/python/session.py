"""The sessions that the files to measure with hold; `../beside/stores.rs` writes the same."""

from __future__ import annotations

from datetime import datetime, timezone

from pynwb import NWBFile
from pynwb.ophys import OpticalChannel


def session(**fields) -> NWBFile:
    """A session with nothing in it."""
    begun = datetime(2024, 3, 5, 9, 41, 7, tzinfo=timezone.utc)
    return NWBFile(session_description="a session to measure with", identifier="bench", session_start_time=begun, **fields)


def plane(nwbfile):
    """A microscope and the plane that it looks at."""
    scope = nwbfile.create_device(name="microscope")
    green = OpticalChannel(name="green", description="emission", emission_lambda=510.0)
    return nwbfile.create_imaging_plane(
        name="plane", optical_channel=green, description="layer 2/3", device=scope, excitation_lambda=920.0,
        indicator="GCaMP6s", location="VISp",
    )

"""How many examples a property is tried on: 100, or 2,000 with HYPOTHESIS_PROFILE=nightly (`make nightly`)."""

import os

from hypothesis import settings

settings.register_profile("normal", max_examples=100, deadline=None)
settings.register_profile("nightly", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "normal"))

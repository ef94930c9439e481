"""How many examples a property is tried on, and what Ctrl-C does.

50 examples, or 2,000 with HYPOTHESIS_PROFILE=nightly (`make nightly`).
"""

import os
import signal

from hypothesis import settings

settings.register_profile("normal", max_examples=50, deadline=None)
settings.register_profile("nightly", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "normal"))
# What a shell starts in the background inherits that Ctrl-C is ignored, and so would the commands under test.
signal.signal(signal.SIGINT, signal.default_int_handler)

"""How many random examples the property tests try: `pytest --hypothesis-profile=NAME`, `dev` unless told.

No profile has a deadline or minds a slow draw: no test here is decided by a clock.
"""

from hypothesis import HealthCheck, settings

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("dev", UNHURRIED, max_examples=50)
settings.register_profile("ci", UNHURRIED, max_examples=300, derandomize=True, print_blob=True)
settings.register_profile("night", UNHURRIED, max_examples=20_000, print_blob=True)
settings.load_profile("dev")

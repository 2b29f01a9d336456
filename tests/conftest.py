"""What holds for every test: no property test fails because the machine was slow for a moment."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

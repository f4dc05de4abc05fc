"""The relayer as it is, but for the step at which it kills itself: python -m tests.faults.doomed, told FATAL_STEP."""

import os

from offchain.relayer.__main__ import serve
from offchain.service import main
from tests.faults.steps import arm

if __name__ == "__main__":
    arm(int(os.environ["FATAL_STEP"]))
    main("relayer", serve)

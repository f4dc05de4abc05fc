"""The one way every script works: read the arguments, plan in words, ask, act, record.

`run` is a script's frame (arguments, refusals, exit codes), `open_session` its connection, `perform` its deed.
"""

from scripts.procedure.arguments import parser
from scripts.procedure.frame import run
from scripts.procedure.plan import Plan, Step, perform
from scripts.procedure.session import Session, open_desk, open_session

__all__ = ["Plan", "Session", "Step", "open_desk", "open_session", "parser", "perform", "run"]

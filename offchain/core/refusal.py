"""How the project says no."""


class Refusal(Exception):  # noqa: N818 - not a failure: a considered no
    """A request that is not carried out; its text is one sentence for whoever asked, its class names the cause."""

    def __str__(self) -> str:
        return f"{type(self).__name__}: {super().__str__()}"

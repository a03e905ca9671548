"""How we say no: one exception for all of it."""

from sso_gateway.refusal.reason import Reason


class Refusal(Exception):  # noqa: N818 - a no is not an error
    """We say no, because of ``reason``.

    ``detail``, ``expected``, ``received`` and ``facts`` are for the audit log and for staff, and
    are never shown to the person. They are data: nothing in them is read as a format string.
    """

    def __init__(
        self,
        reason: Reason,
        detail: str = "",
        *,
        expected: str = "",
        received: str = "",
        **facts: str,
    ) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
        self.expected = expected
        self.received = received
        self.facts = facts

    def __str__(self) -> str:
        """For example "603 audience_mismatch: of two audiences none is ours"."""
        said = f"{self.reason.code} {self.reason.key}"
        return f"{said}: {self.detail}" if self.detail else said

    @property
    def values(self) -> dict[str, str]:
        """What fills the placeholders of ``admin_text`` and ``fix``."""
        own = {"detail": self.detail, "expected": self.expected, "received": self.received}
        return self.facts | own

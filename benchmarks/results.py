"""What a row yields."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One number of the result. A target is an upper limit; None where the number is only of interest."""

    name: str
    value: float
    target: float | None = None
    unit: str = "x"

    @property
    def verdict(self):
        if self.target is None:
            return ""
        return "met" if self.value <= self.target else f"missed by {self.value - self.target:.2f} {self.unit}"


@dataclass
class Result:
    """What a row yields: figures, the medians they come from, and every run for those who want to look."""

    row: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    lines: list[list] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    costs: dict = field(default_factory=dict)

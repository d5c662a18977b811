"""The bill of a plan: uses with their prices, what is known of their sum, and what is not known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from plan.cost import Node, Use, always_on, later_on, one_node_each
from plan.document import Plan
from plan.prices import Price, Prices


@dataclass(frozen=True)
class Line:
    """A use with its price."""

    use: Use
    price: Price | None
    """None: not known."""

    @property
    def hourly(self) -> float | None:
        """US dollars for an hour of all units; None where the price is not known."""
        of_one = self.price.hourly if self.price else None
        return None if of_one is None else of_one * self.use.units


@dataclass(frozen=True)
class NodeLine:
    """One node of a provisioner with its price."""

    node: Node
    lines: tuple[Line, ...]

    @property
    def hourly(self) -> float | None:
        """US dollars for an hour; None where a part of it is not known."""
        known = [line.hourly for line in self.lines]
        return None if None in known else sum(each for each in known if each is not None)


@dataclass(frozen=True)
class LaterLine:
    """A use of a later day with its price of today."""

    begins: date
    line: Line


@dataclass(frozen=True)
class Bill:
    """What a stack costs by the hour."""

    always: tuple[Line, ...]
    nodes: tuple[NodeLine, ...]
    later: tuple[LaterLine, ...]
    """What comes on top of `always` if nothing is changed until then."""
    region: str
    """Of the stack."""
    priced_in: str
    """The region whose prices they are."""

    @property
    def hourly(self) -> float:
        """US dollars for an hour of everything that is always on and whose price is known."""
        return sum(line.hourly or 0.0 for line in self.always)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What is always on at a price that is not known."""
        return tuple(line.use.what for line in self.always if line.hourly is None)

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the prices were read, each once, and of what day they are."""
        lines = [
            *self.always,
            *(each.line for each in self.later),
            *(line for node in self.nodes for line in node.lines),
        ]
        return tuple(dict.fromkeys(_source(line.price) for line in lines if line.price))


def bill_of(plan: Plan, prices: Prices, today: date) -> Bill:
    """Price a plan as of a day."""
    always = _priced(always_on(plan, today), prices)
    nodes = tuple(NodeLine(node, _priced(node.uses, prices)) for node in one_node_each(plan))
    later = tuple(LaterLine(each.begins, *_priced([each.use], prices)) for each in later_on(plan, today))
    return Bill(always, nodes, later, plan.region, prices.region)


def _priced(uses: Iterable[Use], prices: Prices) -> tuple[Line, ...]:
    return tuple(Line(use, prices.price(use.product)) for use in uses)


def _source(price: Price) -> str:
    return price.source if price.date in price.source or not price.date else f"{price.source}, {price.date}"

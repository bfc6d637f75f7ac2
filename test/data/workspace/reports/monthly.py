"""Turns the orders of a month into a table, one row a customer."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date


@dataclass
class Order:
    customer: str
    day: date
    cents: int


def monthly(orders: list[Order], year: int, month: int) -> list[tuple[str, int]]:
    totals: dict[str, int] = defaultdict(int)
    for order in orders:
        if order.day.year == year and order.day.month == month:
            totals[order.customer] += order.cents
    return sorted(totals.items(), key=lambda item: item[1])


def table(rows: list[tuple[str, int]]) -> str:
    width = max(len(customer) for customer, _ in rows)
    return "\n".join(f"{customer:<{width}}  {cents / 100:>10.2f}" for customer, cents in rows)

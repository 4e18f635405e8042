"""The path required between base and target."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pytest

from portfolio.rules.plan import required_path
from portfolio.rules.plan_document import Path


@dataclass(frozen=True)
class Course:
    base: Decimal | None
    target: Decimal
    path: Path
    base_year: int = 2005
    target_year: int = 2010


@pytest.mark.parametrize(
    ("ends", "rounded"),
    [
        (("1632.3", "2550"), "1632.3 1784.6 1951.2 2133.3 2332.3 2550.0"),
        (("128.7", "460"), "128.7 166.0 214.2 276.4 356.6 460.0"),
        (("320", "1500"), "320.0 435.9 593.6 808.6 1101.3 1500.0"),
        (("150", "1070"), "150.0 222.2 329.2 487.6 722.3 1070.0"),
        (("110", "180"), "110.0 121.4 134.0 147.8 163.1 180.0"),
        (("60", "250"), "60.0 79.8 106.2 141.3 187.9 250.0"),
    ],
)
def test_geometric_paths_of_the_six_printed_growths(ends, rounded):
    path = required_path(Course(Decimal(ends[0]), Decimal(ends[1]), Path.GEOMETRIC))
    assert list(path) == [2005, 2006, 2007, 2008, 2009, 2010]
    tenths = [figure.quantize(Decimal("0.1"), ROUND_HALF_UP) for figure in path.values()]
    assert tenths == [Decimal(figure) for figure in rounded.split()]
    assert (path[2005], path[2010]) == (Decimal(ends[0]), Decimal(ends[1]))


def test_a_ratio_goes_in_equal_steps_and_may_fall():
    path = required_path(Course(Decimal("98.2"), Decimal(100), Path.LINEAR))
    assert [str(figure) for figure in path.values()] == ["98.2", "98.56", "98.92", "99.28", "99.64", "100"]
    falling = required_path(Course(Decimal(10), Decimal(0), Path.LINEAR))
    assert falling[2008] == Decimal(4)


def test_per_hundred_people_may_pass_a_hundred():
    assert required_path(Course(Decimal(52), Decimal(120), Path.LINEAR))[2010] == Decimal(120)


def test_without_a_base_there_is_no_path():
    assert required_path(Course(None, Decimal(50), Path.NONE)) == {}
    assert required_path(Course(Decimal(5), Decimal(50), Path.NONE)) == {}


def test_the_sum_of_parts_is_not_the_path_of_the_total_in_between():
    parts = [("150", "1070"), ("110", "180"), ("60", "250")]
    paths = [required_path(Course(Decimal(base), Decimal(target), Path.GEOMETRIC)) for base, target in parts]
    total = required_path(Course(Decimal(320), Decimal(1500), Path.GEOMETRIC))
    for year in (2005, 2010):
        assert sum(path[year] for path in paths) == total[year]
    assert sum(path[2008] for path in paths) == Decimal("776.68")
    assert total[2008] == Decimal("808.56")

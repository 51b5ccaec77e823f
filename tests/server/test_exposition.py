"""Prometheus' text format."""

from hypothesis import given
from hypothesis import strategies as st

from pasture.kit.histogram import Histogram
from pasture.server.exposition import Family, expose, one


def test_what_is_exposed_is_what_prometheus_reads() -> None:
    took = Histogram((0.1, 1.0))
    for value in (0.05, 0.1, 0.5, 7.0):
        took.add(value)
    text = expose(
        [
            one("a_total", "counter", "How many.", 3),
            Family("b", "gauge", "By state.", [({"state": 'o"d\\d\n'}, 1.5)]),
            Family("c_seconds", "histogram", "How long.", [({"m": "GET"}, took)]),
        ]
    )
    assert text == (
        "# HELP a_total How many.\n# TYPE a_total counter\na_total 3\n"
        '# HELP b By state.\n# TYPE b gauge\nb{state="o\\"d\\\\d\\n"} 1.5\n'
        "# HELP c_seconds How long.\n# TYPE c_seconds histogram\n"
        'c_seconds_bucket{m="GET",le="0.1"} 2\n'
        'c_seconds_bucket{m="GET",le="1"} 3\n'
        'c_seconds_bucket{m="GET",le="+Inf"} 4\n'
        'c_seconds_sum{m="GET"} 7.65\n'
        'c_seconds_count{m="GET"} 4\n'
    )


@given(values=st.lists(st.floats(0, 100)))
def test_every_value_is_counted_once(values: list[float]) -> None:
    took = Histogram()
    for value in values:
        took.add(value)
    assert sum(took.counts) == len(values)
    for bound, upto in zip(took.bounds, range(1, len(took.counts)), strict=True):
        assert sum(took.counts[:upto]) == sum(value <= bound for value in values)

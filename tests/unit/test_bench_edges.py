"""CloudFront as the bench of caches plays it: what a reader is told, how old it is, and when the origin is asked."""

from bench.cache.ways import AtEdges, Question

WEEK = Question(therapist=1, week=0)


def told(edges: AtEdges, *seconds: float, edge: int = 0) -> list[tuple[str, float]]:
    """What readers hear at these seconds, where the origin says what second it is; and how old that is."""
    answers = [(at, edges.ask(edge, WEEK, at, lambda: f"{at:.0f}")) for at in seconds]  # noqa: B023  # called at once
    return [(kept.text, at - kept.at) for at, kept in answers]


def test_for_five_seconds_nobody_asks_the_origin_again() -> None:
    edges = AtEdges(5, 0)
    assert told(edges, 0, 2, 5, 6, 11) == [("0", 0), ("0", 2), ("0", 5), ("6", 0), ("6", 5)]
    assert (edges.reached, edges.waited) == (2, 2)


def test_while_it_is_asked_behind_their_back_a_reader_is_told_what_was() -> None:
    edges = AtEdges(5, 25)
    assert told(edges, 0, 30, 31, 62) == [("0", 0), ("0", 30), ("30", 1), ("62", 0)]
    assert (edges.reached, edges.waited) == (3, 2)


def test_an_edge_knows_nothing_of_another() -> None:
    edges = AtEdges(5, 25)
    assert told(edges, 0) + told(edges, 1, edge=1) == [("0", 0), ("1", 0)]
    assert edges.reached == 2

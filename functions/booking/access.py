"""Who may do what, and to whose data: pure functions. The table of all of it is docs/security.md, and tested."""

from uuid import UUID

from booking.codes import Group
from booking.errors import Refusal
from booking.model import Requester
from booking.problems import Problem


def is_operator(requester: Requester) -> bool:
    return requester.is_in(Group.OPERATOR)


def is_staff(requester: Requester) -> bool:
    """Therapists and operators."""
    return requester.is_in(Group.THERAPIST) or requester.is_in(Group.OPERATOR)


def may_act(requester: Requester, client_sub: str | None, therapist_sub: str | None) -> bool:
    """Whether something is the requester's, by what they are now: its client, its therapist, an operator."""
    return requester.sub == client_sub or may_keep(requester, therapist_sub)


def may_see(
    requester: Requester, requested_by: str, client_sub: str | None, therapist_sub: str | None, *, took_time: bool
) -> bool:
    """Whose it is sees it; and what never took time (a rejection, a request not decided yet) also who asked for it."""
    return may_act(requester, client_sub, therapist_sub) or (not took_time and requester.sub == requested_by)


def may_keep(requester: Requester, therapist_sub: str | None) -> bool:
    """Whether a calendar is the requester's to read and to change: their own, or everyone's for an operator."""
    return is_operator(requester) or (requester.is_in(Group.THERAPIST) and requester.sub == therapist_sub)


def may_move_to(requester: Requester, client_sub: str | None, therapist_sub: str | None, *, is_another: bool) -> bool:
    """Whether the requester may give a session that is theirs to this therapist: ``is_another`` than it is with now.

    Clients may go to whom they like; a therapist puts nothing into a colleague's calendar, as with a new booking.
    """
    return not is_another or requester.sub == client_sub or may_keep(requester, therapist_sub)


def demand_operator(requester: Requester) -> None:
    """Raises ``Refusal`` (forbidden) for everyone else."""
    if not is_operator(requester):
        raise forbidden("Only operators may do this.")


def demand_staff(requester: Requester) -> None:
    """Raises ``Refusal`` (forbidden) for everyone but therapists and operators."""
    if not is_staff(requester):
        raise forbidden("Only therapists and operators may do this.")


def forbidden(detail: str) -> Refusal:
    return Refusal(Problem.FORBIDDEN, detail)


def not_found(what: str) -> Refusal:
    """For a thing that does not exist and for one that is someone else's: nobody can tell which."""
    return Refusal(Problem[f"{what.upper()}_NOT_FOUND"], f"There is no {what} of yours with this id.")


ANYONE: dict[str, object] = {"everyone": True, "own_client_id": None, "own_therapist_id": None, "sub": ""}
"""Which clients an operator's tools see, and who reads what they have just written: everyone."""


def visible_clients(requester: Requester, own_therapist: UUID | None, own_client: UUID | None) -> dict[str, object]:
    """Which clients a requester sees: themselves; a therapist also those who come to them; an operator everyone."""
    return {
        "everyone": is_operator(requester),
        "own_client_id": own_client,
        "own_therapist_id": own_therapist if requester.is_in(Group.THERAPIST) else None,
        "sub": requester.sub,
    }

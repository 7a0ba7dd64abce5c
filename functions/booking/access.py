"""Who may do what, and to whose data: pure functions. The table of all of it is docs/security.md, and tested."""

from uuid import UUID

from booking.errors import Forbidden, NotFound
from booking.model import Group, Requester


def is_operator(viewer: Requester) -> bool:
    return viewer.is_in(Group.OPERATOR)


def is_staff(viewer: Requester) -> bool:
    """Therapists and operators."""
    return viewer.is_in(Group.THERAPIST) or viewer.is_in(Group.OPERATOR)


def may_act(viewer: Requester, client_sub: str | None, therapist_sub: str | None) -> bool:
    """Whether something is the viewer's, by what they are now: its client, its therapist, an operator."""
    return viewer.sub == client_sub or may_keep(viewer, therapist_sub)


def may_see(
    viewer: Requester, requested_by: str, client_sub: str | None, therapist_sub: str | None, *, took_time: bool
) -> bool:
    """Whose it is sees it; and what never took time (a rejection, a request not decided yet) also who asked for it."""
    return may_act(viewer, client_sub, therapist_sub) or (not took_time and viewer.sub == requested_by)


def may_keep(viewer: Requester, therapist_sub: str | None) -> bool:
    """Whether a calendar is the viewer's to read and to change: their own, or everyone's for an operator."""
    return is_operator(viewer) or (viewer.is_in(Group.THERAPIST) and viewer.sub == therapist_sub)


def may_move_to(viewer: Requester, client_sub: str | None, therapist_sub: str | None, *, is_another: bool) -> bool:
    """Whether the viewer may give a session that is theirs to this therapist: ``is_another`` than it is with now.

    Clients may go to whom they like; a therapist puts nothing into a colleague's calendar, as with a new booking.
    """
    return not is_another or viewer.sub == client_sub or may_keep(viewer, therapist_sub)


def demand_operator(viewer: Requester) -> None:
    """Raises ``Forbidden`` for everyone else."""
    if not is_operator(viewer):
        raise forbidden("Only operators may do this.")


def demand_staff(viewer: Requester) -> None:
    """Raises ``Forbidden`` for everyone but therapists and operators."""
    if not is_staff(viewer):
        raise forbidden("Only therapists and operators may do this.")


def forbidden(detail: str) -> Forbidden:
    return Forbidden("forbidden", "Forbidden", detail)


def not_found(what: str) -> NotFound:
    """For a thing that does not exist and for one that is someone else's: nobody can tell which."""
    return NotFound(f"{what}-not-found", f"{what.capitalize()} not found", f"There is no {what} of yours with this id.")


def visible_clients(viewer: Requester, own_therapist: UUID | None, own_client: UUID | None) -> dict[str, object]:
    """Which clients a viewer sees: themselves; a therapist also those who come to them; an operator everyone."""
    return {
        "everyone": is_operator(viewer),
        "own_client_id": own_client,
        "own_therapist_id": own_therapist if viewer.is_in(Group.THERAPIST) else None,
        "sub": viewer.sub,
    }

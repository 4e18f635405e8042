"""The whole way through the pages, each act by the person whose part it is."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask

from portfolio.foundation.roles import AUTHORITIES
from tests import acts, procedure, web


@pytest.fixture
def desk(one_app: Flask, clock: time_machine.Traveller) -> acts.Desk:
    clock.move_to(procedure.IN_2008)
    return acts.Desk(one_app, procedure.with_cast())


def test_a_proposal_goes_from_the_applicant_to_the_leading_group(desk: acts.Desk) -> None:
    cast = desk.cast
    key = procedure.draft(cast)
    page = desk.open(cast.applicant, key, "submit")
    assert page.status_code == 200, web.text_of(page)
    assert "待本单位审签" in web.text_of(page) or "本单位审签" in web.text_of(page)
    answer = desk.send(cast.applicant, key, "submit", cover_number="渝农〔2008〕1号")
    assert answer.status_code == 302, web.text_of(answer)
    assert procedure.standing(key) == ("initiation", "endorsing")
    for actor, act, typed in [
        (cast.cio, "endorse", {"opinion": "同意"}),
        (cast.informatization, "accept", {}),
        *((cast.of(role), "countersign", {"outcome": "approve"}) for role in AUTHORITIES),
        (cast.member, "decide", {"outcome": "approve"}),
    ]:
        answer = desk.send(actor, key, act, **typed)
        assert answer.status_code == 302, (act, web.text_of(answer))
    assert procedure.standing(key) == ("appraisal", "drafting")
    sub = procedure.current(key)
    for address in (f"/submissions/{sub.id}", f"/submissions/{sub.id}/sheet"):
        assert desk.of(cast.applicant).get(address).status_code == 200

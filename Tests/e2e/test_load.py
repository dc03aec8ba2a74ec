"""A thousand invitations by 32 clients, on both engines, with a real relay."""

from concurrent.futures import ThreadPoolExecutor

from harness import start_usher
from load import Load
from sink import Sink
from visitor import Visitor

COUNT, CLIENTS = 1000, 32


def test_a_thousand_invitations_by_32_clients(engine):
    """Every 204 has exactly one mail, nobody else has any, and every mail's link leads to its own page."""
    with Sink() as sink, start_usher(engine, sink, USHER_LIMITS="off") as usher:
        load = Load(usher, CLIENTS, share=-(-COUNT // CLIENTS)).start()
        load.join()
        assert len(load.sent) >= COUNT
        answers = {sent.status for sent in load.sent}
        assert answers == {204}, [(sent.status, sent.body, sent.error) for sent in load.sent if sent.status != 204][:5]

        mails = sink.by_recipient()
        assert mails.keys() == {sent.email for sent in load.sent}
        assert {len(found) for found in mails.values()} == {1}
        assert len({mail.message_id for [mail] in mails.values()}) == len(load.sent)
        stored = usher.invitations()
        assert sorted(found["email"] for found in stored) == sorted(mails)
        assert {found["delivery"] for found in stored} == {"handed_over"}

        def opens(item) -> str | None:
            address, [mail] = item
            visitor = Visitor()
            first = visitor.get(mail.link)
            page = visitor.open(mail.link)
            good = first.status_code == 303 and page.status == 200 and address in page.text
            return None if good else f"{address}: {first.status_code}, {page.status}"

        with ThreadPoolExecutor(8) as pool:
            broken = [answer for answer in pool.map(opens, mails.items()) if answer]
        assert not broken, broken[:5]
        assert not any(found["used"] for found in usher.invitations()), "opening a link accepts nothing"

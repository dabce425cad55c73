"""PDUs as manuals have recorded them, as the simulator makes them; every text there and back."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_sims.devices import sms_pdu
from minesafe.links.modem_pdu import (
    ALONE,
    GSM,
    MOST_PARTS,
    Delivered,
    Part,
    Reported,
    Unreadable,
    read,
    submits,
)

RECORDED = {
    "07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07": Delivered(
        "+31641600986", "How are you?", None
    ),
    "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37": Delivered(
        "27838890001", "hellohello", None
    ),
}
"""Of the public descriptions of PDU mode."""


def test_the_default_alphabet_has_its_128_places() -> None:
    assert (len(GSM), GSM[0], GSM[0x41], GSM[0x7F]) == (128, "@", "A", "à")


@pytest.mark.parametrize("pdu", RECORDED)
def test_a_recorded_message_is_read(pdu: str) -> None:
    assert read(pdu) == RECORDED[pdu]


def test_an_order_of_seventy_characters_is_one_pdu_of_ucs_2() -> None:
    [(length, pdu)] = submits("+8613800000001", "撤" * ALONE, 7, report=True)
    assert pdu.startswith("0031000D91683108000000F100080B8C")
    assert length == len(pdu) // 2 - 1


def test_what_is_longer_is_parted_under_one_reference_and_torn_nowhere() -> None:
    text = "命令001详情" * 12 + "𠮷" * 20
    parts = [sms_pdu.read_submit(pdu) for _, pdu in submits("13800000001", text, 9, report=False)]
    assert [p.part for p in parts] == [(9, len(parts), n) for n in range(1, len(parts) + 1)]
    assert "".join(p.text for p in parts) == text
    assert not any(p.report for p in parts)


@given(st.text(st.characters(codec="utf-8"), max_size=400), st.integers(0, 255))
def test_every_text_arrives_as_it_was(text: str, reference: int) -> None:
    pdus = submits("+8613800000001", text, reference, report=True)
    arrived = "".join(sms_pdu.read_submit(pdu).text for _, pdu in pdus)
    assert arrived == text or (len(pdus) == MOST_PARTS and text.startswith(arrived))
    assert all(len(pdu) // 2 - 1 == length <= 160 for length, pdu in pdus)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_a_reply_from_any_phone_is_read(text: str) -> None:
    assert read(sms_pdu.deliver("+8613800000001", text)) == Delivered("+8613800000001", text, None)


def test_a_long_reply_comes_in_parts_that_say_which_they_are() -> None:
    pdu = sms_pdu.deliver("13800000001", "第二", (300, 2, 2))
    assert read(pdu) == Delivered("13800000001", "第二", Part(300, 2, 2))


@pytest.mark.parametrize(
    ("status", "state"),
    [(0x00, "DELIVRD"), (0x20, "ENROUTE"), (0x45, "UNDELIV"), (0x61, "UNDELIV")],
)
def test_a_report_says_of_which_message_and_how_it_ended(status: int, state: str) -> None:
    assert read(sms_pdu.report(200, "+8613800000001", status)) == Reported(
        200, "+8613800000001", state
    )


@given(st.binary(max_size=200) | st.text(max_size=40))
def test_noise_is_unreadable_and_never_more_than_that(noise: bytes | str) -> None:
    with suppress(Unreadable):
        read(noise.hex() if isinstance(noise, bytes) else noise)


@pytest.mark.parametrize("pdu", RECORDED)
def test_half_a_pdu_is_unreadable_or_a_shorter_text(pdu: str) -> None:
    for end in range(0, len(pdu), 2):
        try:
            half = read(pdu[:end])
        except Unreadable:
            continue
        assert isinstance(half, Delivered)
        assert RECORDED[pdu].text.startswith(half.text)

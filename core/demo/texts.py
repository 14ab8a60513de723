"""Invented clients and notes. Nobody in them exists: clients are animals and trees."""

from __future__ import annotations

from typing import NamedTuple


class Told(NamedTuple):
    """One invented note: how many days ago, for whom, what kind, title, text, and whether it was signed."""

    days: int
    client: str
    type: str
    form: str
    title: str
    text: str
    signed: bool = True
    start: str = "10:00"
    end: str = "10:52"
    tags: tuple[str, ...] = ()
    risk: str = "none"


CLIENTS = ("OTTER", "HERON", "MAPLE", "CEDAR", "FINCH", "WREN", "LYNX", "BIRCH")


def _soap(subjective: str, objective: str, assessment: str, plan: str) -> str:
    return (
        f"## Subjective\n{subjective}\n\n## Objective\n{objective}\n\n## Assessment\n{assessment}\n\n## Plan\n{plan}\n"
    )


NOTES = (
    Told(57, "OTTER", "intake", "free", "Intake",
         "Comes because of poor sleep since a change of shifts in spring. Lives alone, two dogs.\n"
         "Wants to sleep through again and to enjoy the weekends.\n"),
    Told(50, "OTTER", "treatment-plan", "plan", "Plan, first version",
         "Goal 1: keep a regular evening. Goal 2: six hours of sleep on five nights of seven.\n"
         "Review in eight weeks.\n"),
    Told(43, "OTTER", "progress", "soap", "Sleep routine, week 1",
         _soap("Slept four hours on most nights. Screens until one in the morning.",
               "On time, tired, speech slow.",
               "Goal 2 not yet moving. Denies all areas of risk.",
               "Keep a sleep diary. No screen after 23:00."), tags=("sleep",)),
    Told(36, "OTTER", "progress", "soap", "Sleep routine, week 2",
         _soap("Diary kept on five days. Screen rule kept twice.",
               "On time, rested on the second half of the week.",
               "Goal 2 begins to move. Denies all areas of risk.",
               "Keep the screen rule. Breathing exercise once before next week."), tags=("sleep",)),
    Told(29, "OTTER", "progress", "soap", "Sleep routine, week 3",
         _soap("Slept five hours on most nights. Changed the evening walk.",
               "On time. Diary kept for all seven days.",
               "Goal 2 at five hours. Denies all areas of risk.",
               "Breathing exercise twice before next week. Bring the sleep diary."), tags=("sleep",)),
    Told(29, "OTTER", "process", "free", "",
         "My own impatience with the screen rule. Take it to supervision.\n"),
    Told(15, "OTTER", "contact-log", "free", "Call about the shift plan",
         "Ten minutes by telephone at the client's wish: the shift plan changes again next month.\n",
         start="16:05", end="16:15"),
    Told(8, "OTTER", "progress", "soap", "Sleep routine, week 5",
         _soap('Slept six hours on five nights of seven. Says the breathing exercise "feels silly but works".',
               "On time, rested, speech at an ordinary pace.",
               "Goal 2 is moving: average up from 4.9 to 6.0 hours. Denies all areas of risk.",
               "Go on with the screen rule. Exercise daily."), tags=("sleep",)),
    Told(1, "OTTER", "progress", "soap", "Sleep routine, week 6",
         _soap("Seven hours on two nights. One bad night after a late shift.", "", "", ""), signed=False,
         tags=("sleep",)),
    Told(51, "HERON", "intake", "free", "Intake",
         "Moved here in summer, new work, few people yet. Wants company and a Sunday that is not empty.\n"),
    Told(44, "HERON", "progress", "dap", "First weeks here",
         "## Data\nWent to the choir once, left early.\n\n## Assessment\nShy, and curious. No risk.\n\n"
         "## Plan\nStay until the break next time.\n", tags=("company",)),
    Told(30, "HERON", "progress", "dap", "The choir again",
         "## Data\nStayed until the end. Spoke with two people.\n\n## Assessment\nMoving. No risk.\n\n"
         "## Plan\nAsk one of them for coffee.\n", tags=("company",)),
    Told(1, "HERON", "missed-session", "free", "Did not come",
         "Did not come and did not call. Left a message at noon.\n", signed=False, start="", end=""),
    Told(40, "MAPLE", "intake", "free", "Intake",
         "Two people, a couple. They quarrel about the order of the week. Both came of their own will.\n"),
    Told(19, "MAPLE", "progress", "birp", "The order of the week",
         "## Behavior\nBoth interrupted each other, then laughed about it.\n\n## Intervention\nTalking by turns, "
         "three minutes each.\n\n## Response\nKept it up for the whole hour.\n\n## Plan\nThe same at home, twice.\n",
         tags=("couple",)),
    Told(5, "MAPLE", "progress", "birp", "Turns at home",
         "## Behavior\nDid it once, not twice.\n\n## Intervention\n\n\n## Response\n\n\n## Plan\n\n", signed=False,
         tags=("couple",)),
    Told(33, "FINCH", "intake", "free", "Intake", "Exhausted after a year of caring for a parent.\n", risk="low"),
    Told(12, "FINCH", "safety-plan", "stanley-brown", "Safety plan",
         "## Warning signs\nLying awake after three.\n\n## Own coping\nTea, the radio, the balcony.\n\n"
         "## People and places that distract\nThe market hall in the morning.\n\n## People who help\nA sister.\n\n"
         "## Professionals\nThis practice; the emergency line.\n\n## Making it safe\n"
        "Medicines are kept by the sister.\n",
         tags=("risk",), risk="moderate"),
    Told(12, "FINCH", "progress", "soap", "A heavy week",
         _soap('"It would be easier not to wake up." No plan, no means, wants help.',
               "Tearful, makes eye contact, plans the weekend.",
               "Risk moderate, protective factors strong. Safety plan made together today.",
               "Call on Thursday. Next session in three days."), tags=("risk",), risk="moderate"),
    Told(26, "CEDAR", "progress", "girp", "Return to work",
         "## Goal\nBack to four hours a day.\n\n## Intervention\nWent through the first day hour by hour.\n\n"
         "## Response\nCalm, made own notes.\n\n## Plan\nStart on Monday.\n"),
    Told(7, "WREN", "progress", "pie", "Before the examination",
         "## Problem\nPalpitations before the examination.\n\n## Intervention\nPractised slow breathing for ten "
         "minutes.\n\n## Evaluation\nPulse down, hands warm.\n", tags=("breathing",)),
    Told(34, "BIRCH", "supervision", "free", "Supervision",
         "Talked through pace and silence in the first sessions.\n"),
)  # fmt: skip

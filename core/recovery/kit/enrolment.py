"""Making a recovery kit: printed code and phone, each proven by the person before the kit counts."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass

from core.acts import kit as kit_acts
from core.acts import members
from core.acts.acting import Acting
from core.acts.members import Renewal
from core.keyring import Keyring
from core.keys.kit import CHUNK_SLOTS, SLOT_SECONDS, KitSecrets, code_at, new_kit
from core.keys.passphrase import Cost, calibrate
from core.recovery.kit.clocks import trouble
from core.recovery.kit.moments import STEP_SECONDS, near_moment, read_codes, seconds_until_quiet
from core.recovery.kit.printed import lines_of, read_code, read_line
from core.session.desk import Desk
from core.session.session import Session
from core.upkeep.keys.passphrase import check_own, raised
from vault_format.codes import Reason
from vault_format.errors import Refused, UsageError
from vault_format.frames.record import Draft

HALF_YEARS = 6
"""A new table reaches three years."""
KEPT_AHEAD = 5
"""Half years that ordinary unlocks keep it ahead."""
_STEPS_EITHER_SIDE = 1


@dataclass(frozen=True, slots=True)
class Phone:
    """What an authenticator is given: its label, the secret in base 32 in groups of four, and both as a URI."""

    label: str
    groups: tuple[str, ...]
    uri: str


class Enrolment:
    """A kit that is being made for the member of SESSION. Nothing counts, and nothing is written, before `finish`.

    Show `lines`, have them typed back with `type_back`; show `phone`, have a code typed with `confirm_phone`.
    """

    def __init__(self, session: Session, *, cost: Cost | None = None) -> None:
        self._session = session
        with session.at_desk() as desk:
            self._secrets: KitSecrets | None = new_kit(desk.entropy)
            self._cost = cost
            self._clock = desk.vault.clock
        self._typed = False
        self._step = 0

    def _kit(self) -> KitSecrets:
        if self._secrets is None:
            raise Refused("This kit was given up.", safe="Nothing was written.", todo="Begin again.")
        return self._secrets

    @property
    def lines(self) -> list[str]:
        """The printed code's four lines."""
        return lines_of(self._kit().code)

    @property
    def phone(self) -> Phone:
        """What the authenticator needs. The label tells nothing but this kit's own four digits."""
        kit = self._kit()
        secret = base64.b32encode(kit.secret).decode()
        label = f"Tacenda-{kit.id[:2].hex()}"
        groups = tuple(secret[at : at + 4] for at in range(0, len(secret), 4))
        return Phone(label, groups, f"otpauth://totp/{label}?secret={secret}")

    def check_line(self, number: int, text: str) -> None:
        """Refuse line NUMBER (from 1) as it was typed back, where it was typed. Raises WrongLine or Refused."""
        if read_line(number, text) != read_line(number, self.lines[number - 1]):
            raise Refused(f"Line {number} is not this kit's.", safe="Nothing counts yet.", todo="Look at the paper.")

    def now(self) -> float:
        """Return the time of this machine, UTC seconds."""
        return self._clock() / 1000

    def type_back(self, lines: list[str]) -> None:
        """Take the printed code as it was typed back. Raises WrongLine, or Refused if it is another code."""
        if not hmac.compare_digest(read_code(lines), self._kit().code):
            raise Refused("This is not the code that was shown.", safe="Nothing counts yet.", todo="Begin again.")
        self._typed = True

    def confirm_phone(self, text: str) -> None:
        """Take one code from the phone. Raises UsageError for no code or too near a moment, Refused for a wrong one."""
        now = self._clock() / 1000
        wait_for_quiet(now)
        self._step = matching_step(self._kit().secret, text, now)

    def finish(self, passphrase: str) -> None:
        """Write the kit: the first one beside the keys there are, a later one with new keys, in one record.

        PASSPHRASE is the member's own, asked for again. Raises Refused for a wrong one, or before both factors were
        proven; and what appending raises: then there is no new kit.
        """
        if not (self._typed and self._step):
            raise Refused("The kit does not count yet.", safe="Nothing was written.", todo="Prove both factors first.")
        kit, session = self._kit(), self._session
        with session.at_desk() as desk:
            check_own(desk, passphrase)
            desk.renew_keys()
            policy = desk.state.current_policy()
            cost = raised(self._cost or calibrate(), desk.who, Cost(policy.memory, policy.passes, 1))
            first = desk.vault.clock() // 1000 // SLOT_SECONDS
            if desk.who.kit is None:
                _write_first(desk, kit, cost, first, self._step)
            else:
                _write_again(desk, kit, cost, first, self._step, passphrase)
        self.give_up()

    def give_up(self) -> None:
        """Forget the kit."""
        self._secrets = None


def wait_for_quiet(now: float) -> None:
    """Refuse to ask for a code near a recovery moment: an onlooker would have one of its three. Raises UsageError."""
    if near_moment(now):
        raise UsageError(
            f"Not now: in {seconds_until_quiet(now)} s this code is no use to anybody who looks on.",
            safe="Nothing was tried.", todo="Wait, then type the code that the phone shows then.",
        )  # fmt: skip


def matching_step(secret: bytes, text: str, now: float, after: int = 0) -> int:
    """Return the time step that the code TEXT belongs to, later than AFTER: a code counts once.

    Raises UsageError for what is no code, Refused for a wrong or spent one.
    """
    codes = read_codes([text])
    if codes is None:
        raise UsageError("A code from the phone has six digits.", safe="Nothing was tried.")
    step = int(now) // STEP_SECONDS
    for each in range(step - _STEPS_EITHER_SIDE, step + _STEPS_EITHER_SIDE + 1):
        if each > after and code_at(secret, each) == codes[0]:
            return each
    raise Refused(
        "The phone's code does not match.", safe="Nothing was changed.",
        todo=trouble(secret, text, now)
        or "Wait for the next one; if that does not match either, compare the phone's clock with this machine's.",
    )  # fmt: skip


def _write_first(desk: Desk, kit: KitSecrets, cost: Cost, first: int, step: int) -> None:
    bundles = []

    def build(acting: Acting) -> list[Draft]:
        draft, bundle = kit_acts.kit_set(acting, kit, cost, first, [CHUNK_SLOTS] * HALF_YEARS, spent=step)
        bundles.append(bundle)
        return [draft, members.bundle_set(acting, bundle)]

    desk.append(build)
    desk.keyring.bundle = bundles[-1]


def _write_again(desk: Desk, kit: KitSecrets, cost: Cost, first: int, step: int, passphrase: str) -> None:
    """Replace a kit: the old one opens the old master key, in any copy, so that has to go with it.

    All of it is one record, with the phone's spent step: cut off, there is the old kit or the new one.
    """
    renewed: list[Keyring] = []

    def build(acting: Acting) -> list[Draft]:
        renewal = Renewal(passphrase, cost, kit, first, (CHUNK_SLOTS,) * HALF_YEARS, spent=step)
        rolled = members.rollover(acting, Reason.KIT_ANEW, renewal)
        renewed.append(rolled.keyring)
        return [rolled.draft]

    desk.append(build)
    desk.keyring = renewed[-1]
    desk.catalog.use(desk.keyring)

"""The agenda as a plan: checking its steps, planned and real times, spreading a delay over what is left."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from tablee.errors import Conflict, Invalid
from tablee.model.agendas import ASSIGNED, MODES, PHASES, STEP_RIGHTS, WRITING, Step
from tablee.model.conduct import ALL
from tablee.model.identity import clean_name, clean_text
from tablee.model.workshop import CANVASES, LANGUAGES, MODULES, TITLE_CHARS, Workshop, with_sheets

STEPS = (1, 60)
MINUTES = (1, 600)
INSTRUCTION_CHARS = 2000
STEP_FIELDS = (
    "id",
    "phase",
    "title",
    "instruction",
    "minutes",
    "mode",
    "board",
    "rights",
    "writing",
    "lock_at_end",
    "reveal_at_end",
)
MINUTE_MS = 60_000
SAME_DAY_MS = 4 * 60 * MINUTE_MS

LEAST_BREAK, LEAST_WRAP_UP, LEAST_OTHER = 1, 8, 5
LEAST_ON_BOARD: Mapping[str, int] = {"recto": 12, "verso": 18, "canvas": 15}
"""The kit: 30 minutes for the two faces of a sheet, 30 for the two canvases."""


# -- steps as somebody wants them --------------------------------------------------------------------


def within(steps: Iterable[Step], modules: Collection[str]) -> tuple[Step, ...]:
    """Those of the steps whose board is in the modules, or that have none."""
    return tuple(step for step in steps if step.board is None or _offered(step.board, modules))


def checked_steps(
    typed: object,
    before: Iterable[Step],
    *,
    modules: Collection[str],
    templates: Collection[str],
    language: str,
    make: Callable[[str], str],
) -> tuple[Step, ...]:
    """Steps from JSON. Raises `Invalid`; its field says which step and what of it: `steps.3.minutes`.

    One with the id of a step there was is that step. What `make` gives is the id of a new one.
    """
    if not isinstance(typed, list | tuple):
        raise Invalid("steps.missing", "Indiquez les étapes, ou un gabarit de déroulé.", field="steps")
    if not STEPS[0] <= len(typed) <= STEPS[1]:
        raise Invalid("steps.count", "Un déroulé a de une à soixante étapes.", field="steps")
    known = {step.id: step for step in before}
    steps: list[Step] = []
    for n, value in enumerate(typed):
        step = _checked_step(n, value, known, modules, templates, language, make)
        if any(step.id == other.id for other in steps):
            raise Invalid("step.twice", "Une étape est deux fois dans le déroulé.", field=f"steps.{n}.id")
        steps.append(step)
    return tuple(steps)


def _checked_step(
    n: int,
    value: object,
    known: Mapping[str, Step],
    modules: Collection[str],
    templates: Collection[str],
    language: str,
    make: Callable[[str], str],
) -> Step:
    if not isinstance(value, Mapping):
        raise Invalid("step.invalid", "Une étape a un temps, un titre et des minutes.", field=f"steps.{n}")
    unknown = sorted(str(name) for name in value.keys() - set(STEP_FIELDS))
    if unknown:
        raise Invalid("command.field", "Ce champ n'est pas attendu.", field=f"steps.{n}.{unknown[0]}")

    def chosen(name: str, among: Collection[str], default: str | None = None) -> str:
        one = value.get(name, default)
        if not isinstance(one, str) or one not in among:
            raise Invalid(f"step.{name}", "Cette valeur n'est pas proposée.", field=f"steps.{n}.{name}")
        return one

    def flag(name: str) -> bool:
        one = value.get(name, False)
        if not isinstance(one, bool):
            raise Invalid("command.flag", "Ce champ est vrai ou faux.", field=f"steps.{n}.{name}")
        return one

    step_id = value.get("id")
    if step_id is not None and (not isinstance(step_id, str) or step_id not in known):
        raise Invalid("step.unknown", "Cette étape n'est pas dans le déroulé.", field=f"steps.{n}.id")
    old = None if step_id is None else known[step_id]
    minutes = value.get("minutes")
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not MINUTES[0] <= minutes <= MINUTES[1]:
        raise Invalid(
            "minutes.range", "Une étape dure de une à six cents minutes.", field=f"steps.{n}.minutes"
        )
    mode = chosen("mode", MODES)
    board = value.get("board")
    if board is not None:
        if not isinstance(board, str) or (board not in ASSIGNED and board not in templates):
            raise Invalid("step.board", "Ce support n'existe pas.", field=f"steps.{n}.board")
        if not _offered(board, modules):
            raise Invalid(
                "step.board_left_out", "Ce support n'est pas dans cet atelier.", field=f"steps.{n}.board"
            )
        if board in ASSIGNED and mode != "rooms":
            raise Invalid(
                "step.assigned",
                "La fiche du groupe va avec des groupes en parallèle.",
                field=f"steps.{n}.board",
            )
    if mode == "each" and not (board or "").endswith(".recto"):
        raise Invalid(
            "step.each", "Chacun pour soi, on travaille sur une fiche « Je ».", field=f"steps.{n}.board"
        )
    instruction = value.get("instruction", "")
    if not isinstance(instruction, str) or len(clean_text(instruction)) > INSTRUCTION_CHARS:
        raise Invalid(
            "step.instruction",
            "Cette consigne est trop longue : deux mille caractères au plus.",
            field=f"steps.{n}.instruction",
        )
    return Step(
        id=old.id if old is not None else make(f"{n}"),
        phase=chosen("phase", PHASES),
        minutes=minutes,
        mode=mode,
        board=board,
        titles=_titles(n, value.get("title"), old, language),
        instruction=clean_text(instruction),
        rights=chosen("rights", STEP_RIGHTS, "write"),
        writing=chosen("writing", WRITING, "open"),
        lock_at_end=flag("lock_at_end"),
        reveal_at_end=flag("reveal_at_end"),
    )


def _titles(n: int, typed: object, old: Step | None, language: str) -> Mapping[str, str]:
    """By language. A title that stayed as it was in one of them stays in all of them."""
    given = typed if isinstance(typed, Mapping) else {language: typed}
    titles: dict[str, str] = {}
    for name, value in given.items():
        title = clean_name(value) if isinstance(value, str) else ""
        if name not in LANGUAGES or not 0 < len(title) <= TITLE_CHARS:
            raise Invalid(
                "step.title",
                "Une étape porte un titre de cent vingt caractères au plus.",
                field=f"steps.{n}.title",
            )
        titles[name] = title
    if not titles:
        raise Invalid(
            "step.title",
            "Une étape porte un titre de cent vingt caractères au plus.",
            field=f"steps.{n}.title",
        )
    if old is not None and not isinstance(typed, Mapping) and titles[language] in old.titles.values():
        return old.titles
    return titles


def _offered(board: str, modules: Collection[str]) -> bool:
    if board in ASSIGNED:
        return any(module not in CANVASES for module in modules)
    return module_of(board) in modules


def module_of(board: str) -> str | None:
    """The sheet or canvas of a board or template; None for one that is of neither."""
    name = board.partition("/")[0].partition(".")[0]
    return name if name in MODULES else None


def with_steps(workshop: Workshop, agenda: str, steps: tuple[Step, ...]) -> Workshop:
    """The workshop with other steps. Raises `Conflict` when the one it is at would be gone."""
    if workshop.step is not None and all(step.id != workshop.step for step in steps):
        raise Conflict("step.current", "L'étape en cours ne se supprime pas : passez d'abord à une autre.")
    if not steps:
        raise Conflict("steps.count", "Un déroulé a de une à soixante étapes.")
    groups = with_sheets(workshop.groups, steps, workshop.modules)
    if (agenda, steps, groups) == (workshop.agenda, workshop.steps, workshop.groups):
        return workshop
    # once it has begun, the end that was announced stays whatever becomes of the steps
    slot = announced_minutes(workshop) if workshop.runs else workshop.slot_minutes
    return replace(workshop, agenda=agenda, steps=steps, groups=groups, slot_minutes=slot)


# -- planned and real time ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Timed:
    """When a step was to begin, and when it began: the last time, where it was begun more than once."""

    step: str
    planned_at: int
    real_at: int | None


def start_of(workshop: Workshop) -> int | None:
    """When it starts: as announced, or when its first step began, if that was at another time of day."""
    first = workshop.runs[0].at if workshop.runs else None
    if first is None or workshop.starts_at is None:
        return workshop.starts_at if first is None else first
    return workshop.starts_at if abs(first - workshop.starts_at) <= SAME_DAY_MS else first


def timetable(workshop: Workshop) -> tuple[Timed, ...]:
    """Each step's times; nothing as long as nobody knows when the workshop starts."""
    at, real = start_of(workshop), {run.step: run.at for run in workshop.runs}
    if at is None:
        return ()
    rows = []
    for step in workshop.steps:
        rows.append(Timed(step.id, at, real.get(step.id)))
        at += step.minutes * MINUTE_MS
    return tuple(rows)


def announced_minutes(workshop: Workshop) -> int:
    """How long people were told it lasts, else what the steps take together."""
    return workshop.slot_minutes or sum(step.minutes for step in workshop.steps)


def drift_ms(workshop: Workshop, now: int) -> int | None:
    """By how much it ends after the announced end if every step to come takes its minutes; negative: before.

    None before the first step. The step it is at ends after its minutes, with the timer, or now.
    """
    start, step = start_of(workshop), workshop.running
    if start is None or step is None or not workshop.runs:
        return None
    at = next(n for n, one in enumerate(workshop.steps) if one.id == step.id)
    rest = sum(one.minutes for one in workshop.steps[at + 1 :])
    timer = workshop.timers.get(ALL)
    ends = max(workshop.runs[-1].at + step.minutes * MINUTE_MS, (timer and timer.ends_at) or 0, now)
    return ends + (rest - announced_minutes(workshop)) * MINUTE_MS - start


def caught_up(workshop: Workshop, now: int) -> Workshop:
    """The delay taken from steps to come: breaks first, then the wrap-up, then the others in proportion.

    Never below what the kit asks for. The end that was announced stays. Raises `Conflict` when there is no
    delay, or nothing to take it from.
    """
    late = ((drift_ms(workshop, now) or 0) + MINUTE_MS // 2) // MINUTE_MS
    if late < 1:
        raise Conflict("agenda.on_time", "Il n'y a pas de retard à répartir.")
    at = next(n for n, step in enumerate(workshop.steps) if step.id == workshop.step)
    minutes = {step.id: step.minutes for step in workshop.steps}
    coming = workshop.steps[at + 1 :]
    left = late
    for phase in ("break", "synthesis"):
        for step in coming:
            if step.phase == phase:
                taken = min(left, max(0, step.minutes - least_minutes(step)))
                minutes[step.id] -= taken
                left -= taken
    others = {
        step.id: max(0, step.minutes - least_minutes(step))
        for step in coming
        if step.phase not in ("break", "synthesis")
    }
    for step_id, taken in _in_proportion(others, left).items():
        minutes[step_id] -= taken
        left -= taken
    if left == late:
        raise Conflict("agenda.tight", "Les étapes qui restent sont déjà au plus court.")
    steps = tuple(replace(step, minutes=minutes[step.id]) for step in workshop.steps)
    return replace(workshop, steps=steps, slot_minutes=announced_minutes(workshop))


def least_minutes(step: Step) -> int:
    """Under this, a delay is not taken from a step."""
    if step.phase == "break":
        return LEAST_BREAK
    if step.phase == "synthesis":
        return LEAST_WRAP_UP
    if step.board is None:
        return LEAST_OTHER
    return LEAST_ON_BOARD.get(step.board.partition(".")[2] or "canvas", LEAST_OTHER)


def _in_proportion(most: Mapping[str, int], wanted: int) -> dict[str, int]:
    """Whole numbers that make `wanted`, or all there is, in the proportions of `most`."""
    total = sum(most.values())
    wanted = min(wanted, total)
    if wanted == 0:
        return {}
    shares = {key: value * wanted // total for key, value in most.items()}
    rest = sorted(most, key=lambda key: -(most[key] * wanted % total))
    for key in rest[: wanted - sum(shares.values())]:
        shares[key] += 1
    return shares
